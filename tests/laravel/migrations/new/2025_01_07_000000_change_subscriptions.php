<?php

use Illuminate\Database\Migrations\Migration;
use Illuminate\Database\Schema\Blueprint;
use Illuminate\Support\Facades\Schema;

return new class extends Migration
{
    public function up(): void
    {
        Schema::table('plans', function (Blueprint $table) {
            $table->string('name', 100)->nullable()->default('basic')->change();
            $table->integer('sort')->default(0)->index();
            $table->renameColumn('level', 'tier');
            $table->text('description')->nullable()->after('name');
            $table->dropSoftDeletes();
            $table->unsignedSmallInteger('seats')->nullable()->comment('null: any number');
        });
    }

    public function down(): void
    {
        Schema::table('plans', function (Blueprint $table) {
            $table->string('name')->nullable(false)->change();
            $table->dropColumn('seats', 'description');
            $table->softDeletesDatetime();
            $table->renameColumn('tier', 'level');
            $table->dropIndex(['sort']);
            $table->dropColumn('sort');
        });
    }
};
