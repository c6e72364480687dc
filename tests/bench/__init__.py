"""Measurements. They print ratios and assert nothing about time; `make bench` runs them."""
