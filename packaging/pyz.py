"""Makes dist/halfway.pyz: one file for every Python from 3.11 on, drivers inside, nothing to install.

python packaging/pyz.py [--platform x86_64-gnu] [--python 3.11 ...] [--to FILE]
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import sys
import zipfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import parts

_SHEBANG = b"#!/usr/bin/env python3\n"


def make(platform: str, pythons: Sequence[str]) -> bytes:
    """The file; the same bytes for the same lock and the same Halfway."""
    bundle = parts.kept(f"bundle-{platform}-{'-'.join(pythons)}", partial(_bundle, platform, pythons))
    with zipfile.ZipFile(io.BytesIO(bundle)) as packed:
        inner = {name: packed.read(name) for name in packed.namelist()}
    listed = inner.pop("wheels.txt")
    inner["halfway"] = parts.archive(parts.of_halfway())
    digest = hashlib.sha256(b"".join(hashlib.sha256(inner[name]).digest() for name in sorted(inner))).hexdigest()
    contents = {"version": parts.version(), "digest": digest, "parts": sorted(inner)}
    outer = {
        "__main__.py": (parts.ROOT / "packaging" / "start.py").read_bytes(),
        "contents.json": json.dumps(contents, indent=1).encode(),
        "wheels.txt": listed,
        **{f"{name}.zip": data for name, data in inner.items()},
    }
    return _SHEBANG + parts.archive(outer, zipfile.ZIP_STORED)


def _bundle(platform: str, pythons: Sequence[str]) -> bytes:
    """All that is not Halfway's own: what every Python shares, and what each has for itself."""
    found = {python: parts.wheels(python, platform) for python in pythons}
    sets = {parts.tag(python, platform): parts.of_wheels(wheels) for python, wheels in found.items()}
    common = parts.common_to(sets.values())
    inner = {"common": parts.archive(common)}
    for name, files in sets.items():
        inner[name] = parts.archive({path: data for path, data in files.items() if common.get(path) != data})
    inner["wheels.txt"] = parts.manifest({wheel for wheels in found.values() for wheel in wheels}).encode()
    return parts.archive(inner, zipfile.ZIP_STORED)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--platform", choices=parts.PLATFORMS, default="x86_64-gnu")
    parser.add_argument("--python", action="append", choices=parts.PYTHONS)
    parser.add_argument("--to", type=Path, default=parts.ROOT / "dist" / "halfway.pyz")
    asked = parser.parse_args()
    try:
        made = make(asked.platform, asked.python or parts.PYTHONS)
    except parts.PartsError as problem:
        sys.exit(f"halfway: {problem}")
    asked.to.parent.mkdir(parents=True, exist_ok=True)
    asked.to.write_bytes(made)
    asked.to.chmod(0o755)
    sys.stderr.write(f"halfway: {asked.to}: {len(made) / 1e6:.0f} MB, sha256 {hashlib.sha256(made).hexdigest()}\n")


if __name__ == "__main__":
    main()
