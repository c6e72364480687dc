"""What strangers give Halfway to read: files, archives, rows, names that mean harm (docs/faults.md is their list)."""
