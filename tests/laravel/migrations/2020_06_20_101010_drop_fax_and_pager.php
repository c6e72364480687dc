<?php

use Illuminate\Database\Migrations\Migration;
use Illuminate\Database\Schema\Blueprint;
use Illuminate\Support\Facades\Schema;

class DropFaxAndPager extends Migration
{
    public function up()
    {
        Schema::table('customers', function (Blueprint $table) {
            $table->dropColumn(['fax', 'pager']);
        });
    }

    public function down()
    {
        Schema::table('customers', function (Blueprint $table) {
            $table->string('fax', 40)->nullable();
            $table->string('pager', 40)->nullable();
        });
    }
}
