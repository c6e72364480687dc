<?php

use Illuminate\Database\Migrations\Migration;
use Illuminate\Support\Facades\DB;

return new class extends Migration
{
    private string $index = 'customers_email_alive';

    public function up(): void
    {
        DB::statement("CREATE UNIQUE INDEX {$this->index} ON customers (lower(email)) WHERE deleted_at IS NULL");
        DB::statement(sprintf('COMMENT ON INDEX %s IS %s', $this->index, "'one living account an address'"));
        DB::statement('ALTER TABLE customers ALTER COLUMN credit_limit SET DEFAULT 100, ALTER COLUMN discount DROP NOT NULL');
    }

    public function down(): void
    {
        DB::statement('ALTER TABLE customers ALTER COLUMN credit_limit SET DEFAULT 0, ALTER COLUMN discount SET NOT NULL');
        DB::statement("DROP INDEX IF EXISTS {$this->index}");
    }
};
