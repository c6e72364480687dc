<?php

use Illuminate\Database\Migrations\Migration;
use Illuminate\Support\Facades\Schema;

class RenameOrderLinesTable extends Migration
{
    public function up()
    {
        Schema::rename('order_lines', 'order_items');
    }

    public function down()
    {
        Schema::rename('order_items', 'order_lines');
    }
}
