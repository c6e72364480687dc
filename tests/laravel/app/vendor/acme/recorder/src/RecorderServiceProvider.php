<?php

namespace Acme\Recorder;

use Illuminate\Database\Events\MigrationEnded;
use Illuminate\Database\Events\MigrationStarted;
use Illuminate\Database\Events\QueryExecuted;
use Illuminate\Database\Events\TransactionBeginning;
use Illuminate\Database\Events\TransactionCommitted;
use Illuminate\Database\Events\TransactionRolledBack;
use Illuminate\Support\Carbon;
use Illuminate\Support\ServiceProvider;
use Illuminate\Support\Str;
use ReflectionClass;

/** Writes what the server was really sent, a JSON object a line; dies where it is told to. */
class RecorderServiceProvider extends ServiceProvider
{
    public function boot()
    {
        Carbon::setTestNow('2026-01-31 12:00:00');
        Str::createUuidsUsing(fn () => \Ramsey\Uuid\Uuid::fromString('5f0c94d2-6f3b-4f0a-9d7e-000000000001'));
        $events = $this->app['events'];
        $events->listen(QueryExecuted::class, [$this, 'executed']);
        $events->listen(MigrationStarted::class, fn ($event) => $this->note('start', $this->named($event)));
        $events->listen(MigrationEnded::class, fn ($event) => $this->note('end', $this->named($event)));
        $events->listen(TransactionBeginning::class, fn ($event) => $this->note('begin', []));
        $events->listen(TransactionCommitted::class, fn ($event) => $this->note('commit', []));
        $events->listen(TransactionRolledBack::class, fn ($event) => $this->note('rollback', []));
    }

    public function executed(QueryExecuted $query)
    {
        $literals = array_map(fn ($value) => $this->literal($query->connection, $value), $query->bindings);
        $this->note('sql', ['sql' => $query->sql, 'literals' => $literals, 'connection' => $query->connectionName]);
        if (getenv('DIE_AFTER') && strpos($query->sql, getenv('DIE_AFTER')) !== false) {
            posix_kill(posix_getpid(), 9);
        }
    }

    /** As newer Laravels write a value into the SQL they log. */
    private function literal($connection, $value)
    {
        if ($value === null) {
            return 'null';
        }
        if (is_bool($value)) {
            return $connection->getDriverName() === 'pgsql' ? ($value ? 'true' : 'false') : (string) (int) $value;
        }
        if (is_int($value) || is_float($value)) {
            return (string) $value;
        }
        $prepared = $connection->prepareBindings([$value])[0];

        return $connection->getPdo()->quote($prepared);
    }

    private function named($event)
    {
        $file = (new ReflectionClass($event->migration))->getFileName();

        return ['migration' => basename($file, '.php'), 'method' => $event->method];
    }

    private function note(string $what, array $more)
    {
        file_put_contents(getenv('RECORD_TO') ?: '/dev/null', json_encode(['what' => $what] + $more)."\n", FILE_APPEND);
    }
}
