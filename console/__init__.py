"""Everything that is true without a terminal.

`core` holds pure values and judgements; `readers`, `dialects`, `frameworks`, `store` and `machine` meet the world;
`incident` is the use cases; `report`, `doctor`, `drill` and `cli` are what runs headless; `wiring` puts it together.
"""

__version__ = "0.1.0"
