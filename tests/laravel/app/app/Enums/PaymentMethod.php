<?php

namespace App\Enums;

enum PaymentMethod: string
{
    case Card = 'card';
    case Invoice = 'invoice';
    case Transfer = 'bank_transfer';
}
