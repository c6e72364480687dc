"""What a start loads where no project is: nothing that reads files of one, for a responder waits for every start."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_LOOK = """
import sys
from pathlib import Path
from console import frameworks
found = [each.name for each in frameworks.chosen(None)[0] if each.detect(Path.cwd(), {}) is not None]
print(len(found), *sorted(name for name in sys.modules))
"""


def test_looking_for_projects_loads_no_parser_and_joins_nothing(tmp_path: Path) -> None:
    ended = subprocess.run([sys.executable, "-c", _LOOK], cwd=tmp_path, capture_output=True, text=True, check=True)
    count, *loaded = ended.stdout.split()
    assert (count, "console.frameworks.phinx" in loaded) == ("0", True)
    own = [name for name in loaded if name.startswith("console.frameworks.")]
    assert [name for name in own if name.endswith((".tracking", ".marks"))] == []
    assert [name for name in loaded if name.startswith(("tree_sitter", "console.readers.ruby"))] == []
