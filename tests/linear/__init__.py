"""The console that is heard."""
