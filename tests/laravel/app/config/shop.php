<?php

return [
    'currency' => env('SHOP_CURRENCY', 'EUR'),
    'order_statuses' => ['new', 'paid', 'shipped', 'cancelled'],
    'audit' => [
        'table' => 'audit_log',
        'connection' => env('AUDIT_CONNECTION'),
    ],
    'countries' => [
        'de' => 'Germany',
        'fr' => 'France',
        'ie' => "Côte d'Azur",
    ],
];
