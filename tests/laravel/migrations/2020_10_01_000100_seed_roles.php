<?php

use Illuminate\Database\Migrations\Migration;
use Illuminate\Support\Facades\DB;

return new class extends Migration
{
    private array $roles = ['admin', 'clerk', 'packer'];

    public function up()
    {
        foreach ($this->roles as $role) {
            DB::table('roles')->insert(['name' => $role, 'guard_name' => 'web']);
        }

        DB::table('permissions')->insert([
            ['name' => 'orders.view', 'guard_name' => 'web'],
            ['name' => 'orders.refund', 'guard_name' => 'web'],
            ['name' => "customer's data", 'guard_name' => 'web'],
        ]);
    }

    public function down()
    {
        DB::table('permissions')->whereIn('name', ['orders.view', 'orders.refund', "customer's data"])->delete();
        DB::table('roles')->whereIn('name', $this->roles)->delete();
    }
};
