<?php

use Illuminate\Database\Migrations\Migration;
use Illuminate\Database\Schema\Blueprint;
use Illuminate\Support\Facades\DB;
use Illuminate\Support\Facades\Schema;

class AddCurrencyToOrders extends Migration
{
    public function up()
    {
        Schema::table('orders', function (Blueprint $table) {
            $table->char('currency', 3)->nullable();
            $table->decimal('exchange_rate', 12, 6)->nullable();
            $table->index('currency');
        });

        DB::table('orders')->whereNull('currency')->update(['currency' => 'EUR']);
        DB::table('orders')
            ->where('status', '!=', 'cancelled')
            ->where('total', '>', 0)
            ->whereNull('exchange_rate')
            ->update(['exchange_rate' => 1.5]);
    }

    public function down()
    {
        Schema::table('orders', function (Blueprint $table) {
            $table->dropIndex(['currency']);
            $table->dropColumn('currency', 'exchange_rate');
        });
    }
}
