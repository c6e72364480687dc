<?php
// What a real Laravel sends for the cases of cases.txt, one line a case: `php measure.php sqlite|mysql|mariadb < cases.txt`.
// The include path holds Illuminate\Database (Debian's php-laravel-framework). No server is needed: nothing is run.

require 'Illuminate/Database/autoload.php';

use Illuminate\Database\MySqlConnection;
use Illuminate\Database\Query\Expression;
use Illuminate\Database\Schema\Builder;
use Illuminate\Database\SQLiteConnection;

// Debian's Doctrine DBAL is too new for its Laravel 10: what needs it is only said to need it.
if (interface_exists('Doctrine\DBAL\Driver') && (new ReflectionMethod('Doctrine\DBAL\Driver', 'connect'))->hasReturnType()) {
    eval('namespace Illuminate\Database\PDO\Concerns; trait ConnectsToDatabase {
        public function connect(array $params): never { throw new \Exception("Doctrine DBAL is asked"); }
    }');
}

function raw($sql)
{
    return new Expression($sql);
}

class VersionOnly extends PDO
{
    public function __construct(private string $version)
    {
    }

    public function getAttribute(int $attribute): mixed
    {
        return $this->version;
    }
}

function connection($driver, array $options)
{
    $prefix = $options['prefix'] ?? '';
    $config = ['driver' => $driver, 'name' => 'x', 'prefix' => $prefix, 'prefix_indexes' => true];
    if ($driver === 'sqlite') {
        $connection = new SQLiteConnection(new PDO('sqlite::memory:'), ':memory:', $prefix, $config);
    } else {
        $config += ['charset' => 'utf8mb4', 'collation' => 'utf8mb4_unicode_ci', 'engine' => $options['engine'] ?? null];
        $class = $driver === 'mysql' ? MySqlConnection::class : 'Illuminate\Database\MariaDbConnection';
        $version = str_replace('_', '.', $options['version'] ?? ($driver === 'mysql' ? '8_0_36' : '10_11_18-MariaDB'));
        $connection = new $class(new VersionOnly($version), 'db', $prefix, $config);
    }
    $connection->useDefaultSchemaGrammar();
    if (method_exists(Builder::class, 'useNativeSchemaOperationsIfPossible') || isset($options['native'])) {
        Builder::useNativeSchemaOperationsIfPossible(isset($options['native']));
    }
    return $connection;
}

function measured($driver, $case)
{
    preg_match('/^(create|alter)(?:\[(.*?)\])?(?: (\S+))?: (.*)$/', $case, $part);
    parse_str(str_replace(',', '&', $part[2]), $options);
    $table = ($part[3] ?? '') === '' ? 't' : $part[3];
    $lines = explode(' && ', $part[4]);
    $connection = connection($driver, $options);
    $body = function ($table) use ($lines) {
        foreach ($lines as $line) {
            eval('$table->'.$line.';');
        }
    };
    $log = $connection->pretend(function ($connection) use ($part, $table, $body) {
        $connection->getSchemaBuilder()->{$part[1] === 'create' ? 'create' : 'table'}($table, $body);
    });
    return implode(' ;; ', without_rebuilds(array_column($log, 'query'))) ?: '--';
}

// What Laravel asks of SQLite's catalog is left out, and a table rebuilt from what is there becomes `??`.
function without_rebuilds(array $queries)
{
    $found = [];
    foreach ($queries as $n => $query) {
        if (preg_match('/^(select .*(pragma_|sqlite_master)|pragma foreign_keys$|insert into "[^ ]*__temp__)/', $query)
            || str_starts_with($query, 'drop table') && str_contains($queries[$n - 1] ?? '', '__temp__')
            || preg_match('/^alter table "[^ ]*__temp__/', $query)) {
            continue;
        }
        $found[] = preg_match('/^create table "[^ ]*__temp__/', $query) ? '??' : $query;
    }
    return $found;
}

error_reporting(E_ALL & ~E_DEPRECATED);
set_error_handler(fn ($level, $text) => $level & error_reporting() ? throw new Exception($text) : true);
foreach (file('php://stdin', FILE_IGNORE_NEW_LINES) as $case) {
    try {
        $result = measured($argv[1], $case);
    } catch (Throwable $error) {
        $result = '!! '.class_basename($error).': '.strtok($error->getMessage(), "\n");
    }
    echo "$case | $argv[1] | $result\n";
}
