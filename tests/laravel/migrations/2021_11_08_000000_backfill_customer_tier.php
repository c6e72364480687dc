<?php

use App\Models\Customer;
use Illuminate\Database\Migrations\Migration;
use Illuminate\Database\Schema\Blueprint;
use Illuminate\Support\Facades\DB;
use Illuminate\Support\Facades\Schema;

return new class extends Migration
{
    public function up()
    {
        Schema::table('customers', function (Blueprint $table) {
            $table->enum('tier', Customer::TIERS)->nullable();
        });

        DB::table('customers')->where('credit_limit', '>=', 10000)->whereNull('tier')->update(['tier' => 'gold']);
        DB::table('customers')->whereBetween('credit_limit', [1000, 9999])->whereNull('tier')->update(['tier' => 'silver']);
        DB::table('customers')->whereNull('tier')->update(['tier' => Customer::TIERS[0]]);

        Customer::withTrashed()->where('newsletter', true)->each(function (Customer $customer) {
            $customer->forceFill(['discount' => 5])->save();
        });
    }

    public function down()
    {
        Schema::table('customers', fn (Blueprint $table) => $table->dropColumn('tier'));
    }
};
