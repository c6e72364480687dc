<?php

use Illuminate\Database\Migrations\Migration;
use Illuminate\Database\Schema\Blueprint;
use Illuminate\Support\Facades\Schema;

class RenameColumnsOnCustomers extends Migration
{
    public function up()
    {
        Schema::table('customers', function (Blueprint $table) {
            $table->renameColumn('vat_id', 'vat_number');
        });
    }

    public function down()
    {
        Schema::table('customers', function (Blueprint $table) {
            $table->renameColumn('vat_number', 'vat_id');
        });
    }
}
