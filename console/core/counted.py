"""What a tool itself counts of a migration's statements, held against what the catalog shows."""

from __future__ import annotations

from collections.abc import Sequence

from console.core.landed import Judgement, Verdict
from console.core.migration import Tracked


def disagreement(tracked: Tracked, verdicts: Sequence[Judgement]) -> str:
    """One sentence where both know of a statement and do not say the same; '' else. What no catalog tells of is in
    nobody's way."""
    if tracked.counted is None:
        return ""
    known = [each for each in verdicts if not each.skipped and each.verdict is not Verdict.UNKNOWABLE]
    gone = [each.statement.n for each in known if each.statement.n <= tracked.counted
            and each.verdict is not Verdict.LANDED]  # fmt: skip
    more = [each.statement.n for each in known if each.statement.n > tracked.counted
            and each.verdict is Verdict.LANDED and not each.inferred]  # fmt: skip
    counts = f"The tool counts {tracked.counted} of {len(verdicts)} statements as done"
    if gone:
        return f"{counts}, and statement {gone[0]} is not there as it was meant: its next run would leave that out."
    if more:
        return f"{counts}, and statement {more[-1]} is there, too: its next run would run that again."
    return ""
