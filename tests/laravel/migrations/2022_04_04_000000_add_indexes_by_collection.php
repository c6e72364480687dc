<?php

use Illuminate\Database\Migrations\Migration;
use Illuminate\Database\Schema\Blueprint;
use Illuminate\Support\Facades\Schema;

return new class extends Migration
{
    public function up()
    {
        collect(['orders' => 'note', 'customers' => 'city'])->each(function ($column, $name) {
            Schema::table($name, function (Blueprint $table) use ($column) {
                $table->index($column);
            });
        });

        for ($i = 1; $i <= 3; $i++) {
            Schema::table('products', function (Blueprint $table) use ($i) {
                $table->string("custom_{$i}")->nullable();
            });
        }
    }

    public function down()
    {
        Schema::table('products', function (Blueprint $table) {
            $table->dropColumn(['custom_1', 'custom_2', 'custom_3']);
        });
        Schema::table('customers', function (Blueprint $table) {
            $table->dropIndex(['city']);
        });
        Schema::table('orders', function (Blueprint $table) {
            $table->dropIndex(['note']);
        });
    }
};
