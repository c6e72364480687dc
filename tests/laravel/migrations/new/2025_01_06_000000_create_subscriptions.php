<?php

use Illuminate\Database\Migrations\Migration;
use Illuminate\Database\Schema\Blueprint;
use Illuminate\Support\Facades\Schema;

return new class extends Migration
{
    public function shouldRun(): bool
    {
        return true;
    }

    public function up(): void
    {
        Schema::create('plans', function (Blueprint $table) {
            $table->ulid('id')->primary();
            $table->string('name')->comment('as customers know it');
            $table->unsignedTinyInteger('level')->default(1);
            $table->datetimes();
            $table->softDeletesDatetime();
            $table->comment('What can be subscribed to');
        });

        Schema::create('subscriptions', function (Blueprint $table) {
            $table->id()->startingValue(5000);
            $table->foreignUlid('plan_id')->constrained()->cascadeOnUpdate()->restrictOnDelete();
            $table->foreignId('customer_id')->nullable()->constrained()->nullOnDelete()->noActionOnUpdate();
            $table->ulidMorphs('source');
            $table->date('started_on')->useCurrent();
            $table->timestamp('renewed_at')->nullable();
            $table->float('factor')->default(1.5);
            $table->double('exact_factor')->nullable();
            $table->binary('token', 16)->nullable();
            $table->rawColumn('weight', 'numeric(9, 3) default 0');
            $table->string('memo')->default("it's free");
            $table->timestamps();
            $table->unique(['plan_id', 'customer_id']);
        });
    }

    public function down(): void
    {
        Schema::dropIfExists('subscriptions');
        Schema::dropIfExists('plans');
    }
};
