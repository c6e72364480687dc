"""What goes wrong around Halfway, injected for real: links, servers, poolers, clocks (docs/faults.md is their list)."""
