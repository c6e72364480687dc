<?php

use Illuminate\Database\Migrations\Migration;
use Illuminate\Database\Schema\Blueprint;
use Illuminate\Support\Facades\DB;
use Illuminate\Support\Facades\Schema;

return new class extends Migration
{
    public function up()
    {
        Schema::table('products', function (Blueprint $table) {
            if (DB::connection()->getDriverName() !== 'sqlite') {
                $table->fullText(['title', 'description'], 'products_search');
            }
            $table->string('subtitle')->nullable()->after('title');
        });
    }

    public function down()
    {
        Schema::table('products', function (Blueprint $table) {
            if (DB::connection()->getDriverName() !== 'sqlite') {
                $table->dropFullText('products_search');
            }
            $table->dropColumn('subtitle');
        });
    }
};
