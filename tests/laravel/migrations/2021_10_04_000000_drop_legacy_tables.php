<?php

use Illuminate\Database\Migrations\Migration;
use Illuminate\Database\Schema\Blueprint;
use Illuminate\Support\Facades\Schema;

class DropLegacyTables extends Migration
{
    public function up()
    {
        Schema::dropIfExists('legacy_baskets');
        Schema::drop('password_resets');
        Schema::dropColumns('products', ['rating', 'pages']);
    }

    public function down()
    {
        Schema::table('products', function (Blueprint $table) {
            $table->tinyInteger('rating')->nullable();
            $table->unsignedSmallInteger('pages')->nullable();
        });

        Schema::create('password_resets', function (Blueprint $table) {
            $table->string('email')->index();
            $table->string('token');
            $table->timestamp('created_at')->nullable();
        });
    }
}
