"""Whether the values that a question found may be shown."""

from __future__ import annotations

import re

from console.core.causes_values import Doubt, Question

_SECRET = re.compile(
    r"passw|passphrase|secret|token|api_?key|access_?key|private_?key|\bpin\b|_pin\b|\bssn\b|iban|credit_?card|\bhash\b"
    r"|digest|salt|otp|cvc|cvv",
    re.IGNORECASE,
)
"""Names of columns that hold what nobody should read over a shoulder."""


def shows_values(question: Question, *, redact: bool) -> bool:
    """What the schema tells, and names of objects, are no values."""
    if question.told is not None or question.doubt is Doubt.DEPENDENTS:
        return True
    texts = (*question.columns, *(key.expression for key in question.keys))
    return not redact and not any(_SECRET.search(text) for text in texts)
