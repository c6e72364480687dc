"""Reading without waiting for one another: a thread per connection, and readings that say what they lack."""

from console.lanes.lane import Lane, quietly
from console.lanes.reading import Reader, failed, unanswered
from console.lanes.schema import SchemaReader, Seen
from console.lanes.source import Source

__all__ = ["Lane", "Reader", "SchemaReader", "Seen", "Source", "failed", "quietly", "unanswered"]
