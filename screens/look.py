"""What a person has unfolded, filtered and ordered on one page: all the state a page has."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Look:
    """How one page is looked at."""

    toggled: set[str] = field(default_factory=set)
    """Keys whose folding differs from `unfolded`."""
    unfolded: bool = False
    """Folding of everything that was not toggled."""
    words: str = ""
    """The filter; every word has to occur."""
    order: int = 0
    """Counts up; each page takes it modulo the orders it has."""

    def is_open(self, key: str, otherwise: bool | None = None) -> bool:
        """Whether the line with this key is unfolded; `otherwise` is the page's own default for it."""
        default = self.unfolded if otherwise is None else otherwise or self.unfolded
        return default != (key in self.toggled)

    def toggle(self, key: str) -> None:
        """Fold it or unfold it."""
        self.toggled ^= {key}

    def toggle_all(self) -> None:
        """Fold or unfold everything."""
        self.unfolded = not self.unfolded
        self.toggled.clear()

    def admits(self, *texts: str) -> bool:
        """Whether a line with these texts passes the filter."""
        if not self.words:
            return True
        whole = " ".join(texts).casefold()
        return all(word in whole for word in self.words.casefold().split())
