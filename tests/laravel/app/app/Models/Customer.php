<?php

namespace App\Models;

use Illuminate\Database\Eloquent\Model;
use Illuminate\Database\Eloquent\SoftDeletes;

class Customer extends Model
{
    use SoftDeletes;

    public const TIERS = ['bronze', 'silver', 'gold'];

    protected $guarded = [];
}
