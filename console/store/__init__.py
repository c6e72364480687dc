"""The disk: what Halfway itself keeps or is told there."""
