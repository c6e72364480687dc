"""Programs of others that tests run beside Halfway, each in packages of its own."""
