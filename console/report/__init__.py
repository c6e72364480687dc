"""An assessment for whoever reads it: text for people, JSON for programs."""

from console.report.document import FORMAT, as_json, document
from console.report.text import as_text

__all__ = ["FORMAT", "as_json", "as_text", "document"]
