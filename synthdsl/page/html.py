"""A page as one HTML file that needs nothing else: no script, no font, no picture from elsewhere.

All text is escaped, whoever wrote it. The drawing is the only markup that is taken over; it is made here, by `graph/`.
"""

from __future__ import annotations

from html import escape

from synthdsl.page.blocks import Block, Code, Drawing, Heading, Page, Paragraph, Table

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"

_STYLE = """
:root { color-scheme: light dark; --ink: #1d2330; --soft: #5b6577; --line: #dfe3ea; --ground: #fff; --code: #f4f6f9;
  --mark: #2f5fd0; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ef; --soft: #9aa4b5; --line: #333b49; --ground: #14181f;
  --code: #1d232d; --mark: #8fb0ff; } }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--ground); }
main { max-width: 76rem; margin: 0 auto; padding: 2rem 1.5rem 6rem; }
nav { display: flex; flex-wrap: wrap; gap: .3rem 1.1rem; padding: .8rem 0; border-bottom: 1px solid var(--line);
  font-size: .92rem; }
a { color: var(--mark); text-decoration: none; }
a:hover { text-decoration: underline; }
h1 { font-size: 2rem; margin: 0 0 .3rem; }
h2 { margin: 2.6rem 0 .8rem; font-size: 1.35rem; border-bottom: 1px solid var(--line); padding-bottom: .3rem; }
h3 { margin: 2rem 0 .4rem; font: 600 1.1rem ui-monospace, monospace; }
p { margin: .5rem 0; max-width: 60rem; white-space: pre-line; }
.wide { overflow-x: auto; margin: .7rem 0; }
table { border-collapse: collapse; font-size: .92rem; }
th, td { text-align: left; vertical-align: top; padding: .34rem .8rem .34rem 0; border-bottom: 1px solid var(--line);
  max-width: 34rem; overflow-wrap: break-word; }
th { color: var(--soft); font-weight: 500; white-space: nowrap; }
td:first-child, th:first-child { padding-left: .2rem; }
code, pre { font: .88rem/1.5 ui-monospace, SFMono-Regular, Menlo, monospace; }
pre { background: var(--code); border: 1px solid var(--line); border-radius: 6px; padding: .8rem 1rem;
  overflow-x: auto; }
svg { max-width: 100%; height: auto; }
"""


def as_html(page: Page) -> str:
    """The text of a `.html` file."""
    links = "".join(
        f'<a href="#{escape(b.anchor)}">{escape(b.text)}</a>'
        for b in page.blocks
        if isinstance(b, Heading) and b.level == 2
    )
    first, *rest = page.blocks
    body = "\n".join(map(_block, rest))
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="description" content="{escape(page.summary)}">
<title>{escape(page.title)}</title>
<style>{_STYLE}</style>
</head>
<body>
<main>
{_block(first)}
<nav>{links}</nav>
{body}
</main>
</body>
</html>
"""


def _block(block: Block) -> str:
    match block:
        case Heading(level, text, anchor):
            return f'<h{level} id="{escape(anchor)}">{escape(text)}</h{level}>'
        case Paragraph(text):
            return f"<p>{escape(text)}</p>"
        case Table(header, rows, code):
            head = "".join(f"<th>{escape(h)}</th>" for h in header)
            body = "".join(f"<tr>{''.join(_cell(c, i in code) for i, c in enumerate(row))}</tr>" for row in rows)
            return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
        case Code(text):
            return f"<pre><code>{escape(text.rstrip())}</code></pre>"
        case Drawing(svg):
            return f'<div class="wide">{_inline(svg)}</div>'


def _cell(text: str, code: bool) -> str:
    inner = f"<code>{escape(text)}</code>" if code and text else escape(text)
    return f"<td>{inner}</td>"


def _inline(svg: str) -> str:
    """The drawing without what only a document of its own begins with."""
    return svg[svg.index("<svg") :]
