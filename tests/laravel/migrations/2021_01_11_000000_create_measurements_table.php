<?php

use Illuminate\Database\Migrations\Migration;
use Illuminate\Database\Schema\Blueprint;
use Illuminate\Support\Facades\DB;
use Illuminate\Support\Facades\Schema;

return new class extends Migration
{
    public function up()
    {
        Schema::create('measurements', function (Blueprint $table) {
            $table->mediumIncrements('id');
            $table->tinyInteger('tiny')->nullable();
            $table->smallInteger('small')->default(-1);
            $table->mediumInteger('medium')->default(0);
            $table->unsignedMediumInteger('unsigned_medium')->default(7);
            $table->bigInteger('big')->default(9223372036854775807);
            $table->unsignedBigInteger('unsigned_big')->nullable();
            $table->float('ratio', 8, 3)->default(0.125);
            $table->double('exact', 15, 8)->nullable();
            $table->decimal('amount')->nullable();
            $table->char('letter', 1)->default('-');
            $table->tinyText('remark')->nullable();
            $table->mediumText('story')->nullable();
            $table->binary('picture')->nullable();
            $table->boolean('valid')->default(false);
            $table->date('on_day')->nullable();
            $table->time('at_hour')->nullable();
            $table->time('at_hour_precisely', 3)->nullable();
            $table->timeTz('at_hour_there')->nullable();
            $table->dateTimeTz('seen_at')->nullable();
            $table->timestamp('measured_at', 6)->nullable();
            $table->macAddress('device')->nullable();
            $table->ipAddress('address')->nullable();
            $table->jsonb('raw')->nullable();
            $table->timestamps(3);
            $table->softDeletesTz('gone_at', 3);
        });

        Schema::table('measurements', function (Blueprint $table) {
            $table->string('unit', 8)->default('mm')->comment('SI only')->index('by_unit');
            $table->string('place')->nullable()->unique();
            $table->index('measured_at', 'by_time', 'btree');
        });
    }

    public function down()
    {
        Schema::drop('measurements');
    }
};
