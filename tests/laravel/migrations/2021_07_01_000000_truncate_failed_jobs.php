<?php

use Illuminate\Database\Migrations\Migration;
use Illuminate\Support\Facades\DB;
use Illuminate\Support\Facades\Log;
use Illuminate\Support\Facades\Schema;

return new class extends Migration
{
    public function up()
    {
        Schema::disableForeignKeyConstraints();
        DB::table('failed_jobs')->truncate();
        Schema::enableForeignKeyConstraints();

        Log::info('Old failed jobs are gone.');
    }

    public function down()
    {
        //
    }
};
