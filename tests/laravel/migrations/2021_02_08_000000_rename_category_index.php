<?php

use Illuminate\Database\Migrations\Migration;
use Illuminate\Database\Schema\Blueprint;
use Illuminate\Support\Facades\Schema;

class RenameCategoryIndex extends Migration
{
    public function up()
    {
        Schema::table('categories', function (Blueprint $table) {
            $table->renameIndex('categories_slug', 'categories_slug_unique');
        });
    }

    public function down()
    {
        Schema::table('categories', function (Blueprint $table) {
            $table->renameIndex('categories_slug_unique', 'categories_slug');
        });
    }
}
