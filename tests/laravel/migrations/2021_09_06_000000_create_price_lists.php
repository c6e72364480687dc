<?php

use Illuminate\Database\Migrations\Migration;
use Illuminate\Database\Schema\Blueprint;
use Illuminate\Support\Facades\Schema;

class CreatePriceLists extends Migration
{
    public function up()
    {
        Schema::create('price_lists', function (Blueprint $table) {
            $table->engine = 'InnoDB';
            $table->charset = 'utf8mb4';
            $table->collation = 'utf8mb4_unicode_ci';

            $table->integer('year');
            $table->string('region', 20);
            $table->primary(['year', 'region']);
        });

        Schema::create('prices', function (Blueprint $table) {
            $table->id()->from(500);
            $table->integer('year');
            $table->string('region', 20);
            $table->foreignId('product_id')->constrained()->cascadeOnDelete();
            $table->decimal('net', 10, 2);
            $table->foreign(['year', 'region'], 'prices_of_list')
                ->references(['year', 'region'])->on('price_lists')
                ->onDelete('cascade');
        });
    }

    public function down()
    {
        Schema::dropIfExists('prices');
        Schema::dropIfExists('price_lists');
    }
}
