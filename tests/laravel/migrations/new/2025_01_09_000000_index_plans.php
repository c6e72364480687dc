<?php

use Illuminate\Database\Migrations\Migration;
use Illuminate\Database\Schema\Blueprint;
use Illuminate\Support\Facades\DB;
use Illuminate\Support\Facades\Schema;

return new class extends Migration
{
    public function up(): void
    {
        Schema::table('plans', function (Blueprint $table) {
            $table->unique('name', 'plans_by_name')->nullsNotDistinct();
            $table->index(['tier', 'sort']);
            $table->renameIndex('plans_sort_index', 'plans_sorted');
        });

        if (DB::getDriverName() === 'pgsql') {
            Schema::table('plans', function (Blueprint $table) {
                $table->rawIndex('lower(name)', 'plans_lower_name');
            });
        }
    }

    public function down(): void
    {
        Schema::table('plans', function (Blueprint $table) {
            if (Schema::getConnection()->getDriverName() === 'pgsql') {
                $table->dropIndex('plans_lower_name');
            }
            $table->renameIndex('plans_sorted', 'plans_sort_index');
            $table->dropIndex(['tier', 'sort']);
            $table->dropUnique('plans_by_name');
        });
    }
};
