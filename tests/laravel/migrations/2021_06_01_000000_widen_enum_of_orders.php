<?php

use Illuminate\Database\Migrations\Migration;
use Illuminate\Support\Facades\DB;

class WidenEnumOfOrders extends Migration
{
    public function up()
    {
        $this->allow(array_merge(config('shop.order_statuses'), ['refunded']));
    }

    public function down()
    {
        $this->allow(config('shop.order_statuses'));
    }

    private function allow(array $statuses)
    {
        $list = "'".implode("', '", $statuses)."'";

        if (DB::connection()->getDriverName() === 'mysql') {
            DB::statement("ALTER TABLE orders MODIFY status ENUM($list) NOT NULL DEFAULT 'new'");

            return;
        }

        DB::statement('ALTER TABLE orders DROP CONSTRAINT orders_status_check');
        DB::statement("ALTER TABLE orders ADD CONSTRAINT orders_status_check CHECK (status::text IN ($list))");
    }
}
