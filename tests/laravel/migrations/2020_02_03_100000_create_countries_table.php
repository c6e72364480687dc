<?php

use Illuminate\Database\Migrations\Migration;
use Illuminate\Database\Schema\Blueprint;
use Illuminate\Support\Facades\DB;
use Illuminate\Support\Facades\Schema;

class CreateCountriesTable extends Migration
{
    private const COUNTRIES = [
        'at' => 'Austria',
        'ci' => "Côte d'Ivoire",
        'de' => 'Germany',
    ];

    public function up()
    {
        Schema::create('countries', function (Blueprint $table) {
            $table->char('code', 2)->primary();
            $table->string('name', 100);
            $table->boolean('ships_to')->default(true);
        });

        foreach (self::COUNTRIES as $code => $name) {
            DB::table('countries')->insert(['code' => $code, 'name' => $name]);
        }
    }

    public function down()
    {
        Schema::drop('countries');
    }
}
