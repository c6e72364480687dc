<?php

use Illuminate\Database\Migrations\Migration;
use Illuminate\Database\Schema\Blueprint;
use Illuminate\Support\Facades\DB;
use Illuminate\Support\Facades\Schema;

return new class extends Migration
{
    public function up()
    {
        Schema::create('order_archive', function (Blueprint $table) {
            $table->unsignedBigInteger('id')->primary();
            $table->string('status', 20);
            $table->decimal('total', 12, 2);
        });

        DB::table('order_archive')->insertUsing(
            ['id', 'status', 'total'],
            DB::table('orders')->select('id', 'status', 'total')->where('status', 'cancelled')
        );

        DB::statement("INSERT INTO order_archive (id, status, total) VALUES (1, 'cancelled', 0.00), (2, 'what?', 1.50)");
        DB::table('orders')->where('status', 'cancelled')->where(function ($query) {
            $query->whereNull('note')->orWhere('note', '');
        })->update(['note' => 'archived', 'total' => DB::raw('total * 1')]);
    }

    public function down()
    {
        Schema::dropIfExists('order_archive');
    }
};
