<?php

use Illuminate\Database\Migrations\Migration;
use Illuminate\Database\Schema\Blueprint;
use Illuminate\Support\Facades\Schema;

class CreateCustomersTable extends Migration
{
    public function up()
    {
        Schema::create('customers', function (Blueprint $table) {
            $table->id();
            $table->foreignId('user_id')->nullable()->constrained()->nullOnDelete();
            $table->string('company', 150)->nullable()->comment("The firm's name as on invoices");
            $table->string('first_name', 80);
            $table->string('last_name', 80);
            $table->string('email', 191);
            $table->char('country_code', 2)->default('de');
            $table->unsignedInteger('credit_limit')->default(0);
            $table->decimal('discount', 5, 2)->default(0);
            $table->boolean('newsletter')->default(false);
            $table->date('birthday')->nullable();
            $table->string('vat_id', 20)->nullable();
            $table->string('fax', 40)->nullable();
            $table->string('pager', 40)->nullable();
            $table->timestamps();
            $table->softDeletes();

            $table->unique(['email', 'country_code']);
            $table->index(['last_name', 'first_name'], 'customers_by_name');
            $table->foreign('country_code')->references('code')->on('countries')->onUpdate('cascade');
        });
    }

    public function down()
    {
        Schema::dropIfExists('customers');
    }
}
