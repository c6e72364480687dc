<?php

use Illuminate\Database\Migrations\Migration;
use Illuminate\Database\Schema\Blueprint;
use Illuminate\Support\Facades\Schema;

class CreateProductsTable extends Migration
{
    protected $table = 'products';

    public function up()
    {
        Schema::create($this->table, function (Blueprint $table) {
            $table->bigIncrements('id');
            $table->string('sku', 40)->unique();
            $table->string('title');
            $table->text('description')->nullable();
            $table->enum('kind', ['book', 'paper', 'artist_supply'])->default('paper');
            $table->decimal('price', 10, 2);
            $table->double('weight')->nullable();
            $table->float('width')->nullable();
            $table->integer('stock')->default(0)->index();
            $table->json('attributes')->nullable();
            $table->year('printed_in')->nullable();
            $table->unsignedSmallInteger('pages')->nullable();
            $table->tinyInteger('rating')->nullable();
            $table->timestamp('published_at')->nullable();
            $table->timestamps();
            $table->softDeletes();
        });
    }

    public function down()
    {
        Schema::dropIfExists($this->table);
    }
}
