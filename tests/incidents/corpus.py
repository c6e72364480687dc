"""All realistic migrations that the prefix tests really run."""

from __future__ import annotations

from tests.incidents import corpus_basics, corpus_changes, corpus_objects, corpus_styles
from tests.incidents.script import Script

SCRIPTS: tuple[Script, ...] = (
    *corpus_basics.SCRIPTS,
    *corpus_styles.SCRIPTS,
    *corpus_changes.SCRIPTS,
    *corpus_objects.SCRIPTS,
)
