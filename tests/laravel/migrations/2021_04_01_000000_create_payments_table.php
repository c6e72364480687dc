<?php

use App\Enums\PaymentMethod;
use Illuminate\Database\Migrations\Migration;
use Illuminate\Database\Schema\Blueprint;
use Illuminate\Support\Facades\Schema;

return new class extends Migration
{
    public function up(): void
    {
        Schema::create('payments', static function (Blueprint $table): void {
            $table->id();
            $table->foreignId('order_id')->constrained()->cascadeOnDelete();
            $table->enum('method', array_column(PaymentMethod::cases(), 'value'))->default(PaymentMethod::Card->value);
            $table->decimal('amount', 10, 2);
            $table->string('currency', 3)->default(config('shop.currency', 'EUR'));
            $table->string('reference')->nullable();
            $table->timestamps();

            $table->unique(['method', 'reference'], 'payments_reference');
        });
    }

    public function down(): void
    {
        Schema::dropIfExists('payments');
    }
};
