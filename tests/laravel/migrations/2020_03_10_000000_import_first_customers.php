<?php

use Illuminate\Database\Migrations\Migration;
use Illuminate\Support\Facades\DB;

class ImportFirstCustomers extends Migration
{
    public function up()
    {
        DB::table('customers')->insert([
            ['first_name' => 'Ada', 'last_name' => "O'Neill", 'email' => 'ada@example.org', 'credit_limit' => 20000, 'newsletter' => true],
            ['first_name' => 'Ben', 'last_name' => 'Weiß', 'email' => 'ben@example.org', 'credit_limit' => 500, 'newsletter' => false],
        ]);

        $ada = DB::table('customers')->where('email', 'ada@example.org')->value('id');

        DB::table('orders')->insert(['customer_id' => $ada, 'status' => 'paid', 'total' => 12.5, 'ordered_at' => now()]);
    }

    public function down()
    {
        DB::table('orders')->delete();
        DB::table('customers')->delete();
    }
}
