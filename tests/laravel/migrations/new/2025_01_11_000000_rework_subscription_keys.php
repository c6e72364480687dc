<?php

use App\Models\Customer;
use Illuminate\Database\Migrations\Migration;
use Illuminate\Database\Schema\Blueprint;
use Illuminate\Support\Facades\Schema;

return new class extends Migration
{
    public function up(): void
    {
        Schema::table('subscriptions', function (Blueprint $table) {
            $table->dropForeign(['customer_id']);
            $table->foreign('customer_id')->references('id')->on('customers')->noActionOnDelete();
            $table->foreignIdFor(Customer::class, 'payer_id')->nullable()->constrained()->nullOnDelete();
            $table->dropMorphs('source');
        });
    }

    public function down(): void
    {
        Schema::table('subscriptions', function (Blueprint $table) {
            $table->char('source_id', 26)->default('');
            $table->string('source_type')->default('');
            $table->index(['source_type', 'source_id']);
            $table->dropForeign(['payer_id']);
            $table->dropColumn('payer_id');
            $table->dropForeign(['customer_id']);
            $table->foreign('customer_id')->references('id')->on('customers')->nullOnDelete()->noActionOnUpdate();
        });
    }
};
