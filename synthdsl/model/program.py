"""The worklist behind `build`: declarations are made when something needs them, each once.

Making a declaration may need another that is not made yet; then it stops (`Needed`), the other is made first, and
it is tried again. So order in the file does not matter, nothing recurses however long a chain is, and a
declaration that waits for itself is a cycle, found with its path.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.base.span import Span
from synthdsl.model.spec import SourceCall
from synthdsl.syntax import ast
from synthdsl.types.terms import RecordType

if TYPE_CHECKING:
    from synthdsl.model.scope import Watch

Report = Callable[[Diagnostic], None]


@dataclass(frozen=True, slots=True)
class Key:
    """A declaration: its kind ("type", "param", "dataset", "column" ...), file, name, and column in a dataset."""

    kind: str
    file: str
    name: str
    column: str = ""


class Needed(Exception):  # noqa: N818 (a signal between the worklist and what it makes)
    """These must be made first."""

    def __init__(self, keys: Iterable[Key]) -> None:
        self.keys = list(keys)


class Library(Protocol):
    """Finds and reads imported files (an effect, handed in)."""

    def open(self, importer: str, module: str, is_path: bool, span: Span) -> ast.Module | Diagnostic:
        """The parsed module an import names, or why it cannot be had. Its own syntax errors are reported apart."""


class Catalog(Protocol):
    """Looks into sources (an effect, handed in)."""

    def located(self, call: SourceCall) -> SourceCall:
        """The call with `folder` turned from the declaring file into its folder in the project."""

    def describe(self, call: SourceCall, declared: RecordType | None) -> tuple[RecordType, list[Diagnostic]]:
        """The row type of a source, declared or inferred from a bounded part of the file; what is wrong."""

    def pinned(self, name: str, call: SourceCall) -> tuple[RecordType | None, list[Diagnostic]]:
        """The row type that is pinned for an undeclared source, if any; a warning where it was pinned for others."""

    def readers(self) -> Mapping[str, tuple[str, ...]]:
        """Signatures of the readers of sources, and of the steps on them (`|> chunk`), by name."""


@dataclass(slots=True)
class Program:
    """What is made so far, and the findings.

    make: makes one declaration, `make(key, report)`; may raise `Needed`. broken: gives what stands in for a
    declaration that waits for itself, and reports the cycle: `broken(path, report)`. files: by name.
    watch: who is told of names.
    """

    make: Callable[[Key, Report], Any]
    broken: Callable[[list[Key], Report], Any]
    built: dict[Key, Any] = field(default_factory=dict)
    findings: list[Diagnostic] = field(default_factory=list)
    used: set[Key] = field(default_factory=set)
    files: dict[str, Any] = field(default_factory=dict)
    watch: Watch | None = None

    def get(self, key: Key) -> Any:
        """A declaration that is made; `Needed` is raised when it is not."""
        try:
            return self.built[key]
        except KeyError:
            raise Needed([key]) from None

    def need(self, keys: Iterable[Key]) -> None:
        """Make sure that all of these are made."""
        missing = [k for k in keys if k not in self.built]
        if missing:
            raise Needed(missing)

    def build(self, wanted: Key) -> Any:
        """Make a declaration and all that it needs; gives it."""
        stack = [wanted]
        waits: dict[Key, Key] = {}
        while stack:
            key = stack[-1]
            if key in self.built:
                waits.pop(key, None)
                stack.pop()
                continue
            found: list[Diagnostic] = []
            try:
                value = self.make(key, found.append)
            except Needed as signal:
                self._wait(key, signal.keys, stack, waits)
                continue
            self.built[key] = value
            self.findings.extend(found)
        return self.built[wanted]

    def _wait(self, key: Key, needed: list[Key], stack: list[Key], waits: dict[Key, Key]) -> None:
        for other in needed:
            if other in self.built:
                continue
            if other == key or other in waits:
                waits[key] = other
                self._break(other, waits)
                return
        missing = [k for k in needed if k not in self.built]
        # Several are pushed at once (the columns of a dataset); the first is made next.
        waits[key] = missing[0]
        stack.extend(reversed(missing))

    def _break(self, start: Key, waits: dict[Key, Key]) -> None:
        path = [start]
        at = waits[start]
        while at != start and at in waits and at not in path:
            path.append(at)
            at = waits[at]
        path.append(start)
        self.built[start] = self.broken(path, self.findings.append)
        waits.pop(start, None)
