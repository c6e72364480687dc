"""Blueprints to statements: what the framework's schema builder makes of the calls in a migration, version by version."""
