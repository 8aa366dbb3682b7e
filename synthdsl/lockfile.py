"""`synth.lock` as text and as facts: TOML, a section a spec, one fact a line, so that it reads and merges well in git.

In: the text. Out: a `Lock`, or a diagnostic with its place in the file: a merge that conflicts (E0614), a text that is
no lock (E0615). What the facts are is said in `locking.py`; here they are keys with several parts and plain values.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.base.span import NOWHERE, Source, Span

LOCK = "synth.lock"
VERSION = 1
HEAD = "# What the specs of this project were compiled against. `synthc lock` writes it; after a merge, once more.\n"

Key = tuple[str, ...]
Fact = str | int | float | bool
Facts = Mapping[Key, Fact]

_MARK = re.compile(r"^(<{7}|\|{7}|={7}|>{7})( .*)?\r?$", re.MULTILINE)
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Lock:
    """shared: facts about all specs. specs: facts by the path of a spec in the project folder."""

    shared: Facts = field(default_factory=dict)
    specs: Mapping[str, Facts] = field(default_factory=dict)


def read_lock(root: Path) -> tuple[Lock | None, Source | None, Diagnostic | None]:
    """The lock of a project folder: None where there is none; its text; what is wrong with it."""
    path = root / LOCK
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None, None, None
    except (OSError, UnicodeDecodeError) as error:
        message = f"'{LOCK}' cannot be read: {getattr(error, 'strerror', None) or error}."
        return None, None, Diagnostic("E0615", message, NOWHERE, (_ANEW,))
    source = Source(LOCK, text)
    mark = _MARK.search(text)
    if mark is not None:
        return None, source, _conflict(text, mark)
    try:
        return parse_lock(text), source, None
    except ValueError as error:
        return None, source, Diagnostic("E0615", f"'{LOCK}' is no lock file: {error}.", _place(error, source), (_ANEW,))


_ANEW = "`synthc lock` makes it anew from the specs."


def parse_lock(text: str) -> Lock:
    """The lock of a text. Raises ValueError."""
    import tomllib

    whole = tomllib.loads(text)
    version = whole.pop("version", None)
    if version != VERSION:
        raise ValueError(f"its version is {version!r}, this compiler reads {VERSION}")
    shared = {k: v for k, v in whole.items() if not isinstance(v, dict)}
    specs = {k: dict(_flat(v)) for k, v in whole.items() if isinstance(v, dict)}
    return Lock({(k,): _fact(v) for k, v in shared.items()}, specs)


def _flat(table: Mapping[str, Any], before: Key = ()) -> Iterator[tuple[Key, Fact]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, (*before, name))
        else:
            yield (*before, name), _fact(value)


def _fact(value: Any) -> Fact:
    if isinstance(value, str | int | float | bool):
        return value
    raise ValueError(f"a fact is a text, a number, true or false, not {value!r}")


def lock_text(lock: Lock) -> str:
    """The text of a lock: specs by their path, their facts in the order given."""
    parts = [HEAD, f"version = {VERSION}\n", *_lines(lock.shared.items())]
    for spec in sorted(lock.specs):
        parts += [f"\n[{_quoted(spec)}]\n", *_lines(lock.specs[spec].items())]
    return "".join(parts)


def _lines(facts: Iterable[tuple[Key, Fact]]) -> Iterator[str]:
    for key, value in facts:
        yield f"{key_text(key)} = {fact_text(value)}\n"


def key_text(key: Key) -> str:
    """A key as it stands in the file."""
    return ".".join(part if _BARE.fullmatch(part) else _quoted(part) for part in key)


def fact_text(value: Fact) -> str:
    """A value as it stands in the file."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return _quoted(value) if isinstance(value, str) else repr(value)


def _quoted(text: str) -> str:
    """A TOML string: as in JSON, but for one control character."""
    import json

    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


# --- what is wrong


def _conflict(text: str, mark: re.Match[str]) -> Diagnostic:
    """Says which facts the two sides of a merge do not share."""
    notes: list[str] = []
    ours, theirs = (_facts_or_none(side) for side in sides_of(text))
    if ours is not None and theirs is not None:
        differ = [k for k in {**ours, **theirs} if ours.get(k) != theirs.get(k)]
        for spec, key in differ[:_SHOWN]:
            name = f"{spec}: {key_text(key)}" if spec else key_text(key)
            notes.append(f"{name} is {_said(ours, (spec, key))} here, {_said(theirs, (spec, key))} there.")
        if len(differ) > _SHOWN:
            notes.append(f"{len(differ) - _SHOWN} more facts differ.")
    notes.append("Merge the specs and their sources first; then `synthc lock` makes the file anew from them.")
    span = Span(LOCK, mark.start(), mark.end())
    return Diagnostic("E0614", f"'{LOCK}' holds a merge that conflicts.", span, tuple(notes))


def _said(side: Mapping[tuple[str, Key], Fact], key: tuple[str, Key]) -> str:
    return fact_text(side[key]) if key in side else "absent"


def _facts_or_none(text: str) -> dict[tuple[str, Key], Fact] | None:
    try:
        lock = parse_lock(text)
    except ValueError:
        return None
    found = {("", k): v for k, v in lock.shared.items()}
    return found | {(spec, k): v for spec, facts in lock.specs.items() for k, v in facts.items()}


def sides_of(text: str) -> tuple[str, str]:
    """The two texts that a merge with conflicts was made of."""
    sides: tuple[list[str], list[str]] = [], []
    into: tuple[int, ...] = (0, 1)
    for line in text.splitlines(keepends=True):
        mark = _MARK.match(line)
        if mark is None:
            for side in into:
                sides[side].append(line)
        else:
            into = {"<": (0,), "|": (), "=": (1,), ">": (0, 1)}[mark[1][0]]
    return "".join(sides[0]), "".join(sides[1])


def specs_in(text: str) -> list[str]:
    """The specs that a lock names, also one whose merge conflicts; none where it is no lock."""
    names: dict[str, None] = {}
    for side in sides_of(text):
        try:
            names |= dict.fromkeys(parse_lock(side).specs)
        except ValueError:
            continue
    return list(names)


def _place(error: ValueError, source: Source) -> Span:
    """Where the reader of TOML stopped, from its message."""
    found = re.search(r"at line (\d+), column (\d+)", str(error))
    if found is None:
        return Span(LOCK, 0, 0)
    starts = source.line_starts()
    start = starts[min(int(found[1]), len(starts)) - 1] + int(found[2]) - 1
    return Span(LOCK, min(start, len(source.text)), min(start + 1, len(source.text)))
