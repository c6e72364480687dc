<?php

use Illuminate\Database\Migrations\Migration;
use Illuminate\Database\Schema\Blueprint;
use Illuminate\Support\Facades\DB;
use Illuminate\Support\Facades\Schema;

class CreateSettingsTable extends Migration
{
    public function up()
    {
        if (! Schema::hasTable('shop_settings')) {
            Schema::create('shop_settings', function (Blueprint $table) {
                $table->id();
                $table->string('name')->unique();
                $table->text('value')->nullable();
                $table->timestamps();
            });
        }

        $defaults = [
            'shop.name' => 'Paper Shop',
            'shop.vat' => 19,
            'shop.open' => true,
            'shop.motto' => null,
        ];

        foreach ($defaults as $key => $value) {
            DB::table('shop_settings')->insertOrIgnore(['name' => $key, 'value' => $value]);
        }

    }

    public function down()
    {
        Schema::dropIfExists('shop_settings');
    }
}
