<?php

use Illuminate\Database\Migrations\Migration;
use Illuminate\Database\Schema\Blueprint;
use Illuminate\Support\Facades\Schema;

class AddBatchToAuditLog extends Migration
{
    protected $connection = 'audit';

    public function up()
    {
        Schema::table(config('shop.audit.table', 'activity_log'), function (Blueprint $table) {
            $table->uuid('batch_uuid')->nullable()->after('properties');
        });
    }

    public function down()
    {
        Schema::table(config('shop.audit.table', 'activity_log'), function (Blueprint $table) {
            $table->dropColumn('batch_uuid');
        });
    }
}
