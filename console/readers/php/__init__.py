"""Laravel's migration files, read without running them: PHP text to the statements the framework would send."""
