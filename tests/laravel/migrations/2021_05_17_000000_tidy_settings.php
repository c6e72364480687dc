<?php

use App\Models\Setting;
use Illuminate\Database\Migrations\Migration;
use Illuminate\Support\Facades\DB;

return new class extends Migration
{
    public function up()
    {
        DB::transaction(function () {
            DB::table('shop_settings')->where('name', 'like', 'shop.%')->update(['updated_at' => '2021-05-17 00:00:00']);
            DB::update('update shop_settings set value = ? where name = ? and value is null', ['Ink & paper', 'shop.motto']);
        });

        DB::insert('insert into shop_settings (name, value) values (:name, :value)', ['name' => 'shop.imprint', 'value' => "Müller's"]);
        DB::delete("delete from shop_settings where name = 'shop.obsolete'");
        DB::table('shop_settings')->where('name', 'shop.fax')->delete();
        DB::table('shop_settings')->upsert([
            ['name' => 'shop.name', 'value' => 'Paper & Ink'],
            ['name' => 'shop.tax_id', 'value' => 'DE 123'],
        ], ['name'], ['value']);

        Setting::where('name', 'shop.vat')->delete();
    }

    public function down()
    {
        DB::table('shop_settings')->whereIn('name', ['shop.imprint', 'shop.tax_id'])->delete();
    }
};
