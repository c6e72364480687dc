<?php

use Illuminate\Database\Migrations\Migration;
use Illuminate\Database\Schema\Blueprint;
use Illuminate\Support\Facades\Schema;

class DropSoftDeletes extends Migration
{
    public function up()
    {
        Schema::table('products', function (Blueprint $table) {
            $table->dropSoftDeletes();
        });
        Schema::table('media', function (Blueprint $table) {
            $table->dropTimestamps();
            $table->dropMorphs('model');
        });
        Schema::table('users', function (Blueprint $table) {
            $table->dropRememberToken();
        });
    }

    public function down()
    {
        Schema::table('users', function (Blueprint $table) {
            $table->rememberToken();
        });
        Schema::table('media', function (Blueprint $table) {
            $table->timestamps();
            $table->string('model_type')->default('');
            $table->unsignedBigInteger('model_id')->default(0);
            $table->index(['model_type', 'model_id']);
        });
        Schema::table('products', function (Blueprint $table) {
            $table->softDeletes();
        });
    }
}
