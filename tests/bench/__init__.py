"""Measurements. They write a table of ratios and assert nothing about time; `make bench` runs them.

Each module that has rows of the table gives them by `rows() -> Iterator[Row]`, one as soon as it is measured, and
starts the servers it needs by itself: what one leaves behind would weigh on the figures of the next.
"""
