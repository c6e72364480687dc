"""Blocks as Markdown and as one HTML page that needs nothing else: no script, no picture, no address.

Text of a database is never markup: every character that could be one is written so that it is shown as itself.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from console.core.plain import one_line, visible
from console.report.account.blocks import Block, Code, Grid, Heading, Items, Pairs, Para

CELL = 2000
"""Letters of one cell; what is cut ends in `..`."""
_MARKS = re.compile(r"[\\`*_\[\]|<>~&$#]|\A[+=-]|:(?=//)|(?<=www)\.", re.IGNORECASE)
"""What would begin a link, a picture, code, a table, a formula or markup; a line never begins with a list's sign."""
_NUMBERED = re.compile(r"\A(\d{1,9})(?=[.)])")
_STYLE = """
:root{color-scheme:light dark}
body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.6rem}h2{font-size:1.25rem;border-bottom:1px solid #8886;margin-top:2.2rem}h3{font-size:1.05rem}
table{border-collapse:collapse;width:100%;font-size:.88rem}
td,th{border:1px solid #8886;padding:.2rem .45rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}
pre{background:#8882;padding:.6rem;white-space:pre-wrap;overflow-wrap:anywhere;font-size:.85rem}
dl{display:grid;grid-template-columns:10rem 1fr;gap:.15rem 1rem;margin:.5rem 0}dt{font-weight:600}dd{margin:0}
i{font-style:normal;color:#c22}.alarm{border:2px solid #c22;padding:.5rem;font-weight:600}
@media print{body{max-width:none;margin:0;font-size:11px}h2,h3{break-after:avoid}tr,pre,dl{break-inside:avoid}}
"""


def as_markdown(blocks: Iterable[Block]) -> str:
    """Markdown with tables, ends with a line end."""
    return "\n\n".join(_markdown(block) for block in blocks) + "\n"


def as_html(title: str, blocks: Iterable[Block]) -> str:
    """A whole page."""
    body = "\n".join(_html(block) for block in blocks)
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f'<meta name="viewport" content="width=device-width">\n<title>{_text(title)}</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _markdown(block: Block) -> str:
    if isinstance(block, Heading):
        return f"{'#' * block.level} {_plain(block.text)}"
    if isinstance(block, Para):
        return f"**{_plain(block.text)}**" if block.alarm else _plain(block.text)
    if isinstance(block, Items):
        return "\n".join(f"- {_plain(text)}" for text in block.texts)
    if isinstance(block, Pairs):
        return "\n".join(f"- {_plain(name)}: {_plain(text)}" for name, text in block.pairs)
    if isinstance(block, Code):
        shown = _exact(block.text)
        fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", shown)), default=0))
        return f"{fence}{block.name}\n{shown}\n{fence}"
    rows = (block.head, tuple("---" for _ in block.head))
    body = (tuple(_plain(cell) for cell in row) for row in block.rows)
    return "\n".join(f"| {' | '.join(row)} |" for row in (*rows, *body))


def _plain(text: str) -> str:
    """Text in Markdown, without any meaning of its own."""
    return _NUMBERED.sub(r"\1\\", _MARKS.sub(r"\\\g<0>", one_line(text, CELL)))


def _html(block: Block) -> str:
    if isinstance(block, Heading):
        anchor = f' id="{_text(block.anchor)}"' if block.anchor else ""
        return f"<h{block.level}{anchor}>{_text(block.text)}</h{block.level}>"
    if isinstance(block, Para):
        return f'<p class="alarm">{_text(block.text)}</p>' if block.alarm else f"<p>{_text(block.text)}</p>"
    if isinstance(block, Items):
        return "<ul>" + "".join(f"<li>{_text(text)}</li>" for text in block.texts) + "</ul>"
    if isinstance(block, Pairs):
        return "<dl>" + "".join(f"<dt>{_text(n)}</dt><dd>{_text(t)}</dd>" for n, t in block.pairs) + "</dl>"
    if isinstance(block, Code):
        shown = "".join(map(_letter, block.text))
        return f'<pre class="{_text(block.name)}"><code>{shown}</code></pre>'
    return _table(block)


def _exact(text: str) -> str:
    """Every letter of it; only what would not be seen is written out."""
    return "".join(ch if ch in _SEEN else visible(ch) for ch in text)


_SEEN = "\n\t"
"""What a block of code shows as it is."""


def _letter(ch: str) -> str:
    """One letter of it; what would not be seen is written out, and its number stands beside it."""
    shown = ch if ch in _SEEN else visible(ch)
    return html.escape(ch, quote=True) if shown == ch else f'<i title="U+{ord(ch):04X}">{html.escape(shown)}</i>'


def _table(grid: Grid) -> str:
    head = "".join(f"<th>{_text(cell)}</th>" for cell in grid.head)
    anchors = grid.anchors or ("",) * len(grid.rows)
    rows = "\n".join(
        f"<tr{f' id={chr(34)}{_text(anchor)}{chr(34)}' if anchor else ''}>"
        + "".join(f"<td>{_text(cell)}</td>" for cell in row)
        + "</tr>"
        for anchor, row in zip(anchors, grid.rows, strict=True)
    )
    return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>"


def _text(text: str) -> str:
    """Text in HTML: control and formatting characters written out, nothing interpreted."""
    return html.escape(one_line(text, CELL), quote=True)
