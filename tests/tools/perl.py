"""Perl out of Debian's packages: where it finds its modules when they are not installed."""

from __future__ import annotations

from tests.tools.debian import Unpacked

_FOLDERS = ("etc/perl", "usr/share/perl5", "usr/lib/*/perl5/5.*", "usr/share/perl/5.??", "usr/lib/*/perl/5.??",
            "usr/lib/*/perl-base")  # fmt: skip


def libraries(packages: Unpacked) -> str:
    """What PERL5LIB must hold."""
    return ":".join(str(path) for pattern in _FOLDERS for path in sorted(packages.root.glob(pattern)))
