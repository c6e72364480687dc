<?php

use Illuminate\Database\Migrations\Migration;
use Illuminate\Support\Facades\DB;

return new class extends Migration
{
    public function up()
    {
        switch (DB::getDriverName()) {
            case 'pgsql':
                DB::unprepared(<<<'SQL'
                    CREATE OR REPLACE FUNCTION touch_order() RETURNS trigger AS $$
                    BEGIN
                        NEW.touched_at := now();
                        RETURN NEW;
                    END;
                    $$ LANGUAGE plpgsql;

                    CREATE TRIGGER orders_touch BEFORE UPDATE ON orders
                        FOR EACH ROW EXECUTE FUNCTION touch_order();
                    SQL);
                break;
            case 'mysql':
                DB::unprepared('CREATE TRIGGER orders_touch BEFORE UPDATE ON orders FOR EACH ROW SET NEW.touched_at = NOW()');
                break;
        }
    }

    public function down()
    {
        if (DB::getDriverName() === 'pgsql') {
            DB::unprepared('DROP TRIGGER IF EXISTS orders_touch ON orders; DROP FUNCTION IF EXISTS touch_order();');
        } elseif (DB::getDriverName() === 'mysql') {
            DB::unprepared('DROP TRIGGER IF EXISTS orders_touch');
        }
    }
};
