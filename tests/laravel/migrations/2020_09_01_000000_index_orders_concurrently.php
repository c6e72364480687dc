<?php

use Illuminate\Database\Migrations\Migration;
use Illuminate\Support\Facades\DB;

class IndexOrdersConcurrently extends Migration
{
    public $withinTransaction = false;

    public function up()
    {
        if (DB::getDriverName() !== 'pgsql') {
            return;
        }

        DB::statement('CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_paid_at_index ON orders (paid_at) WHERE paid_at IS NOT NULL');
        DB::statement('ALTER TABLE orders ADD CONSTRAINT orders_total_positive CHECK (total >= 0) NOT VALID');
        DB::statement('ALTER TABLE orders VALIDATE CONSTRAINT orders_total_positive');
    }

    public function down()
    {
        if (DB::getDriverName() !== 'pgsql') {
            return;
        }

        DB::statement('ALTER TABLE orders DROP CONSTRAINT IF EXISTS orders_total_positive');
        DB::statement('DROP INDEX CONCURRENTLY IF EXISTS orders_paid_at_index');
    }
}
