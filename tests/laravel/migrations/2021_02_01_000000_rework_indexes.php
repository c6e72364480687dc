<?php

use Illuminate\Database\Migrations\Migration;
use Illuminate\Database\Schema\Blueprint;
use Illuminate\Support\Facades\Schema;

class ReworkIndexes extends Migration
{
    public function up()
    {
        Schema::table('customers', function (Blueprint $table) {
            $table->dropIndex('customers_by_name');
            $table->index(['last_name', 'first_name', 'company'], 'customers_by_full_name');
        });

        Schema::table('products', function (Blueprint $table) {
            $table->dropIndex(['stock']);
            $table->index(['kind', 'stock']);
            $table->dropUnique(['sku']);
            $table->unique(['sku', 'kind'], 'products_sku');
        });
    }

    public function down()
    {
        Schema::table('products', function (Blueprint $table) {
            $table->dropUnique('products_sku');
            $table->unique('sku');
            $table->dropIndex(['kind', 'stock']);
            $table->index('stock');
        });

        Schema::table('customers', function (Blueprint $table) {
            $table->dropIndex('customers_by_full_name');
            $table->index(['last_name', 'first_name'], 'customers_by_name');
        });
    }
}
