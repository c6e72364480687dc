"""The console on a terminal: renders values of console.core, posts wishes to console.incident, decides nothing."""
