<?php

use Illuminate\Database\Migrations\Migration;
use Illuminate\Database\Schema\Blueprint;
use Illuminate\Support\Facades\Schema;

return new class extends Migration
{
    public function up()
    {
        Schema::table('orders', function (Blueprint $table) {
            $table->dropForeign(['customer_id']);
            $table->foreign('customer_id', 'orders_by_customer')->references('id')->on('customers')->cascadeOnDelete();
        });

        Schema::table('orders', function (Blueprint $table) {
            $table->dropConstrainedForeignId('seller_id');
        });

        Schema::table('orders', function (Blueprint $table) {
            $table->foreignId('agent_id')->nullable()->after('customer_id')->constrained('users')->nullOnDelete();
            $table->foreignId('parent_order_id')->nullable()->constrained('orders')->restrictOnDelete();
        });
    }

    public function down()
    {
        Schema::table('orders', function (Blueprint $table) {
            $table->dropConstrainedForeignId('parent_order_id');
            $table->dropForeign(['agent_id']);
            $table->dropColumn('agent_id');
            $table->foreignId('seller_id')->nullable()->constrained('users')->cascadeOnUpdate()->nullOnDelete();
            $table->dropForeign('orders_by_customer');
            $table->foreign('customer_id')->references('id')->on('customers')->onDelete('restrict')->onUpdate('cascade');
        });
    }
};
