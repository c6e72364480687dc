<?php

use Illuminate\Database\Migrations\Migration;
use Illuminate\Database\Schema\Blueprint;
use Illuminate\Support\Facades\Schema;

return new class extends Migration
{
    public function up(): void
    {
        Schema::whenTableDoesntHaveColumn('subscriptions', 'paused_at', function (Blueprint $table) {
            $table->timestamp('paused_at')->nullable();
        });

        Schema::whenTableHasColumn('subscriptions', 'no_such_column', function (Blueprint $table) {
            $table->dropColumn('no_such_column');
        });

        if (! Schema::hasIndex('subscriptions', 'subscriptions_renewed_at_index')) {
            Schema::table('subscriptions', fn (Blueprint $table) => $table->index('renewed_at'));
        }

        if (Schema::hasColumns('subscriptions', ['factor', 'exact_factor'])) {
            Schema::table('subscriptions', function (Blueprint $table) {
                $table->dropColumn('exact_factor');
            });
        }
    }

    public function down(): void
    {
        Schema::table('subscriptions', function (Blueprint $table) {
            $table->double('exact_factor')->nullable();
            $table->dropIndex(['renewed_at']);
            $table->dropColumn('paused_at');
        });
    }
};
