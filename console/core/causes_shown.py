"""Whether the values that a question found may be shown."""

from __future__ import annotations

import re

from console.core.causes_values import Answer, Doubt, Question
from console.core.masks import mask

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


def shown(question: Question, answer: Answer, *, redact: bool) -> tuple[str, ...]:
    """The values that may be shown, secrets in them masked."""
    return tuple(mask(value) for value in answer.sample) if shows_values(question, redact=redact) else ()
