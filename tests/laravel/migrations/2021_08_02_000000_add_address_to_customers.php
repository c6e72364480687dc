<?php

use Illuminate\Database\Migrations\Migration;
use Illuminate\Database\Schema\Blueprint;
use Illuminate\Support\Facades\Schema;

return new class extends Migration
{
    public function up()
    {
        Schema::table('customers', function (Blueprint $table) {
            $table->after('last_name', function ($table) {
                $table->string('street')->nullable();
                $table->string('postcode', 12)->nullable();
                $table->string('city')->nullable();
            });
            $table->foreignId('invoice_customer_id')->nullable()->constrained('customers');
        });
    }

    public function down()
    {
        Schema::table('customers', function (Blueprint $table) {
            $table->dropForeign(['invoice_customer_id']);
            $table->dropColumn(['street', 'postcode', 'city', 'invoice_customer_id']);
        });
    }
};
