"""The pure core, by the hundreds of small cases: no server, no file, no clock."""
