"""The real Laravel, for tests that compare Halfway with what it really does."""
