<?php

error_reporting(E_ALL & ~E_DEPRECATED & ~E_USER_DEPRECATED);

require_once 'Illuminate/autoload.php';

spl_autoload_register(function ($class) {
    foreach (['App\\' => 'app/', 'Database\\Seeders\\' => 'database/seeders/', 'Acme\\Recorder\\' => 'vendor/acme/recorder/src/'] as $prefix => $folder) {
        $file = dirname(__DIR__).'/'.$folder.str_replace('\\', '/', substr($class, strlen($prefix))).'.php';
        if (strncmp($class, $prefix, strlen($prefix)) === 0 && is_file($file)) {
            require $file;
        }
    }
});
