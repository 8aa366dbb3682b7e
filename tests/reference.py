"""Reads the executable language reference: Markdown pages whose blocks are tests.

A heading with a ```synth block is a test. Blocks: `file NAME` (written beside the spec), `synth` (the spec), `rows`
(the rows of the last dataset, as JSON lines). `# error: [CODE]` and `# warning: [CODE]` at the end of a line say which
findings begin on that line; there must be no others, except for warnings about unused things.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.base.span import Source
from synthdsl.pipeline import Compiled, compile_spec

FENCE = re.compile(r"^(`{3,})(\S*)[ \t]*([^\n]*)\n(.*?)^\1[ \t]*$", re.MULTILINE | re.DOTALL)
EXPECTED = re.compile(r"#\s*(?:error|warning):\s*\[([EW]\d{4})\]")
QUIET = {"W0201", "W0202", "W0601", "W0701"}
"""Warnings that short examples would be full of; they count only where a page expects them."""


@dataclass(frozen=True)
class Case:
    """One test of a page."""

    name: str
    spec: str
    files: dict[str, str] = field(default_factory=dict)
    rows: str | None = None


def cases(page: Path) -> Iterator[Case]:
    """The tests of a page, in order."""
    text = page.read_text()
    parts = re.split(r"^#+[ \t]+(.+)$", text, flags=re.MULTILINE)
    for title, body in zip(parts[1::2], parts[2::2], strict=True):
        blocks = [(m[2], m[3].strip(), m[4]) for m in FENCE.finditer(body)]
        files = {info: content for kind, info, content in blocks if kind == "file"}
        rows = next((content for kind, _, content in blocks if kind == "rows"), None)
        specs = [content for kind, _, content in blocks if kind == "synth"]
        for i, spec in enumerate(specs):
            name = title.strip() if len(specs) == 1 else f"{title.strip()} ({i + 1})"
            yield Case(name, spec, files, rows if i == len(specs) - 1 else None)


def compiled_in(folder: Path, case: Case) -> Compiled:
    """The case compiled in a folder of its own."""
    for name, content in case.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    path = folder / "spec.synth"
    path.write_text(case.spec)
    return compile_spec(path)


Found = set[tuple[str, int, str]]
"""File, line and code of findings."""


def findings(compiled: Compiled) -> Found:
    """Place and code of every finding; line 0 for those without a place."""
    return places(compiled.diagnostics, compiled.texts)


def places(diagnostics: Iterable[Diagnostic], texts: Mapping[str, Source]) -> Found:
    """Place and code of findings."""
    found: Found = set()
    for d in diagnostics:
        source = texts.get(d.span.file)
        line = source.position(d.span.start)[0] if source else 0
        found.add((Path(d.span.file).name, line, d.code))
    return found


def expected(case: Case) -> Found:
    """Place and code of every finding that the comments of its files announce."""
    texts = {"spec.synth": case.spec, **case.files}
    return {
        (Path(name).name, number, code)
        for name, text in texts.items()
        for number, line in enumerate(text.splitlines(), 1)
        for code in EXPECTED.findall(line)
    }


def loud(found: Found, wanted: Found) -> Found:
    """The findings without quiet warnings that nobody expects."""
    return {f for f in found if f[2] not in QUIET or f in wanted}


def parsed_rows(text: str) -> list[Any]:
    """JSON lines as values."""
    return [json.loads(line) for line in text.splitlines() if line.strip()]
