"""Blueprints to statements: what the framework's schema builder makes of the calls in a migration, version by version.

A blueprint's lines are recorded as columns and commands (`recorder`), put in the order in which the framework's version
runs them (`order`), and handed to the server's grammar one by one (`compile`).
"""

from __future__ import annotations

from console.readers.php.blueprint.compile import compile_blueprint, compile_or_refuse
from console.readers.php.blueprint.schema_calls import compile_schema_call

__all__ = ["compile_blueprint", "compile_or_refuse", "compile_schema_call"]
