"""The same shop as a Laravel application: its files, and a player of `php artisan migrate` that needs no PHP."""
