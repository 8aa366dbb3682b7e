"""The pages of diagnostic codes, `explain/E0203.md`: prose, an example that fails, the same one mended.

    # E0203 dependency-cycle

    Prose.

    ## Fails

    ```synth
    ...
    ```

    ## Mended

    ```synth
    ...
    ```

Beside the spec a block may hold what goes with it: ```` ```file NAME ```` a data file, ```` ```set ```` values of
params, a line each. Files before the first section belong to both examples. A page whose finding no spec alone can show
(a full disk) has only prose under `Fails`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from synthdsl.base.codes import CODES

FOLDER = Path(__file__).resolve().parent
SPEC = "spec.synth"
"""The name that the spec of an example goes by."""

_BLOCK = re.compile(r"^(`{3,})[ ]*(.*?)[ ]*\n(.*?)^\1[ ]*$", re.MULTILINE | re.DOTALL)
_SECTION = re.compile(r"^## (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Example:
    """A small project: files by name, `SPEC` among them, and values of params."""

    files: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def spec(self) -> str:
        """The text of the spec, empty where there is only prose."""
        return self.files.get(SPEC, "")


@dataclass(frozen=True, slots=True)
class Page:
    """A page. text: as written. fails, mended: the examples of those sections."""

    code: str
    name: str
    text: str
    fails: Example
    mended: Example


def codes_with_page() -> list[str]:
    """The codes that have a page, sorted."""
    return sorted(p.stem for p in FOLDER.glob("[ELW]0*.md") if p.stem in CODES)


def page(code: str) -> Page:
    """The page of a code. Raises KeyError when it has none, ValueError when the page is not of that form."""
    place = FOLDER / f"{code}.md"
    if not place.is_file():
        raise KeyError(code)
    return read_page(place.read_text(encoding="utf-8"))


def read_page(text: str) -> Page:
    """A page from its text. Raises ValueError for one that is not of that form."""
    found = re.match(r"# ([ELW]\d{4}) ([a-z0-9-]+)\n", text)
    if found is None:
        raise ValueError("a page begins with '# CODE name'")
    hidden = _without_blocks(text)
    places = [(m.group(1).strip(), m.start(), m.end()) for m in _SECTION.finditer(hidden)]
    ends = [*(start for _, start, _ in places[1:]), len(text)][: len(places)]
    sections = {name: text[stop:end] for (name, _, stop), end in zip(places, ends, strict=True)}
    if "Fails" not in sections:
        raise ValueError("a page has a section '## Fails'")
    shared = _example(text[: places[0][1]]).files
    fails, mended = (_example(sections.get(s, ""), shared) for s in ("Fails", "Mended"))
    if fails.spec and not mended.spec:
        raise ValueError("an example that fails has one that is mended")
    return Page(found.group(1), found.group(2), text, fails, mended)


def _without_blocks(text: str) -> str:
    """The text with fenced blocks blanked out, so that nothing in them looks like a heading."""
    return _BLOCK.sub(lambda m: " " * len(m.group(0)), text)


def _example(section: str, shared: Mapping[str, str] | None = None) -> Example:
    files = dict(shared or {})
    settings: dict[str, str] = {}
    for block in _BLOCK.finditer(section):
        word, _, name = block.group(2).partition(" ")
        body = block.group(3)
        match word:
            case "synth":
                files.setdefault(SPEC, body)
            case "file":
                files[name.strip()] = body
            case "set":
                lines = (line.partition("=") for line in body.splitlines())
                settings.update({name: value for name, sign, value in lines if sign})
            case _:
                pass
    return Example(files, settings)
