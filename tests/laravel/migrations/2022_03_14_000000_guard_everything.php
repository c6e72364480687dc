<?php

use Illuminate\Database\Migrations\Migration;
use Illuminate\Database\Schema\Blueprint;
use Illuminate\Support\Facades\Schema;

class GuardEverything extends Migration
{
    public function up()
    {
        if (Schema::hasTable('legacy_orders')) {
            Schema::drop('legacy_orders');
        }

        Schema::table('teams', function (Blueprint $table) {
            if (! Schema::hasColumn('teams', 'logo')) {
                $table->string('logo')->nullable();
            }
            if (! Schema::hasColumn('teams', 'name')) {
                $table->string('name')->nullable();
            }
        });

        if (Schema::hasColumns('users', ['name', 'locale'])) {
            return;
        }

        Schema::table('users', function (Blueprint $table) {
            $table->string('locale', 5)->default('en');
        });
    }

    public function down()
    {
        Schema::table('users', function (Blueprint $table) {
            $table->dropColumn('locale');
        });

        if (Schema::hasColumn('teams', 'logo')) {
            Schema::table('teams', function (Blueprint $table) {
                $table->dropColumn('logo');
            });
        }
    }
}
