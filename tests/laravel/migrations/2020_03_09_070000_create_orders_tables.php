<?php

use Illuminate\Database\Migrations\Migration;
use Illuminate\Database\Schema\Blueprint;
use Illuminate\Support\Facades\DB;
use Illuminate\Support\Facades\Schema;

class CreateOrdersTables extends Migration
{
    const STATUSES = ['new', 'paid', 'shipped', 'cancelled'];

    public function up()
    {
        Schema::create('orders', function (Blueprint $table) {
            $table->id();
            $table->foreignId('customer_id')->constrained()->onDelete('restrict')->onUpdate('cascade');
            $table->foreignId('seller_id')->nullable()->constrained('users')->cascadeOnUpdate()->nullOnDelete();
            $table->enum('status', self::STATUSES)->default(self::STATUSES[0]);
            $table->decimal('total', 12, 2)->default(0);
            $table->decimal('tax', 12, 2)->default(0.00);
            $table->string('note')->default('');
            $table->dateTime('ordered_at')->default(DB::raw('CURRENT_TIMESTAMP'));
            $table->dateTime('paid_at', 3)->nullable();
            $table->timestamp('touched_at')->useCurrent()->useCurrentOnUpdate();
            $table->timestamps();
            $table->index(['status', 'ordered_at']);
        });

        Schema::create('order_lines', function (Blueprint $table) {
            $table->id();
            $table->foreignId('order_id')->constrained()->cascadeOnDelete();
            $table->foreignId('product_id')->constrained();
            $table->mediumInteger('quantity')->unsigned()->default(1);
            $table->decimal('price', 10, 2)->unsigned();
            $table->timestamps();
            $table->unique(['order_id', 'product_id'], 'order_lines_once');
        });
    }

    public function down()
    {
        Schema::dropIfExists('order_lines');
        Schema::dropIfExists('orders');
    }
}
