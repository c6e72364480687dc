"""Drift: what differs between the schema as it should be and the schema as it is."""

from console.core.drift.compare import as_there, compare_schemas, diff
from console.core.drift.difference import Change, Difference, Doubt, Drift, Part, Rules
from console.core.expected_base import Ignore

__all__ = ["Change", "Difference", "Doubt", "Drift", "Ignore", "Part", "Rules", "as_there", "compare_schemas", "diff"]
