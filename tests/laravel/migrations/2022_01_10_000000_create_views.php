<?php

use Illuminate\Database\Migrations\Migration;
use Illuminate\Support\Facades\DB;

class CreateViews extends Migration
{
    public function up()
    {
        DB::statement($this->dropView());
        DB::statement($this->createView());
    }

    public function down()
    {
        DB::statement($this->dropView());
    }

    private function createView(): string
    {
        return <<<SQL
            CREATE VIEW open_orders AS
            SELECT orders.id, orders.total, customers.email
            FROM orders
            JOIN customers ON customers.id = orders.customer_id
            WHERE orders.status = 'new'
        SQL;
    }

    private function dropView(): string
    {
        return 'DROP VIEW IF EXISTS open_orders';
    }
}
