<?php

use Illuminate\Database\Migrations\Migration;
use Illuminate\Support\Facades\DB;

return new class extends Migration
{
    public function up(): void
    {
        foreach (['01hzx3z4q5basic' => 'basic', '01hzx3z4q5gold' => 'gold'] as $id => $name) {
            DB::table('plans')->insert(['id' => $id, 'name' => $name, 'sort' => strlen($name)]);
        }

        DB::table('plans')->where('name', 'gold')->increment('sort', 10);
        DB::table('plans')->whereNot('name', 'basic')->whereNull('description')->update(['description' => 'The best there is']);
        DB::table('plans')->where(fn ($query) => $query->where('sort', '<', 1)->orWhereNull('sort'))->update(['sort' => 1]);
        DB::table('plans')->whereLike('name', 'gol%')->incrementEach(['sort' => 1, 'tier' => 2]);
        DB::table('plans')->upsert([['id' => '01hzx3z4q5gold', 'name' => 'gold', 'sort' => 3]], ['id'], ['sort']);
        DB::table('plans')->where('seats', '>', 100)->orderBy('id')->limit(5)->delete();
    }

    public function down(): void
    {
        DB::table('plans')->delete();
    }
};
