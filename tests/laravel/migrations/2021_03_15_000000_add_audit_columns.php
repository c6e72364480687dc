<?php

use Illuminate\Database\Migrations\Migration;
use Illuminate\Database\Schema\Blueprint;
use Illuminate\Support\Facades\Schema;

class AddAuditColumns extends Migration
{
    private const TABLES = ['products', 'categories', 'countries'];

    public function up(): void
    {
        foreach (self::TABLES as $name) {
            Schema::table($name, function (Blueprint $table) use ($name) {
                $this->addAuditColumns($table, "{$name}_audited");
            });
        }
    }

    public function down(): void
    {
        foreach (array_reverse(self::TABLES) as $name) {
            Schema::table($name, function (Blueprint $table) use ($name) {
                $table->dropIndex("{$name}_audited");
                $table->dropColumn(['created_by', 'updated_by']);
            });
        }
    }

    private function addAuditColumns(Blueprint $table, string $index): void
    {
        $table->unsignedBigInteger('created_by')->nullable();
        $table->unsignedBigInteger('updated_by')->nullable();
        $table->index(['created_by', 'updated_by'], $index);
    }
}
