"""What may be written at a place: names, fields, functions, words.

A name that nobody has is put at the place and the file compiled with it: so typing itself tells what is visible there,
inside templates too, with the types that hold at that very place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from synthdsl.base.span import Span
from synthdsl.lsp.analysis import quick
from synthdsl.model.expr import Expr
from synthdsl.model.program import Needed
from synthdsl.pipeline import compile_spec
from synthdsl.syntax.place import DECLARATIONS, STATEMENTS
from synthdsl.types.show import spell
from synthdsl.types.terms import DatasetType, ListType, RecordType, Type, UnionType

NOBODY = "zz_here"
BUILT_IN_TYPES = ("str", "int", "float", "bool", "date", "timestamp", "list", "messages")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One completion. kind: "column", "local", "field", "function", "type", "keyword", "declaration", "module"."""

    name: str
    kind: str
    detail: str = ""
    doc: str = ""


@dataclass(slots=True)
class _Listener:
    """Satisfies `model.scope.Watch`: notes what is seen where the name of nobody stands."""

    scope: Any = None
    base: Expr | None = None
    asked: set[str] = field(default_factory=set)

    def name(self, name: str, span: Span, found: Expr, scope: Any) -> None:
        """A name; that of nobody tells its scope."""
        if name.endswith(NOBODY):
            self.scope = scope

    def field(self, base: Expr, name: str, span: Span, found: Expr) -> None:
        """A field; that of nobody tells what it would be a field of."""
        if name.endswith(NOBODY):
            self.base = base

    def call(self, function: str, span: Span) -> None:
        """A call tells nothing."""


def complete(path: Path, text: str, offset: int, overlay: Mapping[Path, str]) -> list[Suggestion]:
    """Suggestions at an offset of a text."""
    start = offset
    while start > 0 and (text[start - 1].isalnum() or text[start - 1] == "_"):
        start -= 1
    before = text[:start]
    line = before[before.rfind("\n") + 1 :]
    if re.match(r"import\s+[\w.]*$", line):
        return _modules(line)
    if "#" in line and _in_comment(line):
        return []
    if re.search(r"\bas\s+$", line) and line.lstrip().startswith("output"):
        return _formats()
    if not line.strip():
        found = [Suggestion(w, "keyword") for w in (DECLARATIONS if start == 0 or line == "" else STATEMENTS)]
        if line == "":
            return found
        return found + _visible(path, text, start, offset, overlay)
    return _visible(path, text, start, offset, overlay)


def _in_comment(line: str) -> bool:
    return line.split("#", 1)[0].count('"') % 2 == 0


def _visible(path: Path, text: str, start: int, offset: int, overlay: Mapping[Path, str]) -> list[Suggestion]:
    block, filter_ = _template(text, start)
    if filter_:
        return _filters()
    listener = _Listener()
    end = offset
    while end < len(text) and (text[end].isalnum() or text[end] == "_"):
        end += 1
    for mend in _mends(text, start, end, block):
        with quick():
            compile_spec(path, overlay={**overlay, path.resolve(): mend}, watch=listener)
        if listener.scope is not None or listener.base is not None:
            break
    if listener.base is not None:
        return _fields(listener.base.type)
    if text[:start].rstrip().endswith("."):
        return []
    line = text[text.rfind("\n", 0, start) + 1 : start]
    if not block and re.search(r"(:|\||\[|->)\s*$", line) and not re.match(r"\s*rule\s", line):
        return _types(path, text, start, overlay)
    return [] if listener.scope is None else _names(listener.scope, bool(block))


def _mends(text: str, start: int, end: int, block: str) -> list[str]:
    """The text with the name of nobody at the place, and with what is not closed there closed."""
    head, tail = text[:start] + NOBODY, text[end:]
    plain = head + tail
    if not block:
        line_end = tail.find("\n")
        rest = tail if line_end < 0 else tail[:line_end]
        opened = text[text.rfind("\n", 0, start) + 1 : start]
        closing = "".join({"(": ")", "[": "]", "{": "}"}[c] for c in reversed(_open(opened)))
        if closing:
            closed_here = head + closing + tail
            return [plain, closed_here] if rest.strip() else [closed_here, plain]
        if re.match(r"\s*rule\s+\w*$", opened) or not opened.strip():
            # Where a statement begins, a whole one stands in for it.
            return [text[:start] + f"var zz_place = {NOBODY}" + tail, plain]
        return [plain]
    closer = "}}" if block == "{{" else "%}"
    following = re.search(r"\}\}|%\}|\{\{|\{%|\"\"\"|\"", tail)
    closed = following is not None and following[0] == closer
    if closed:
        return [plain]
    tag = re.search(r"\{%[-+]?\s*(\w+)[^{}]*$", text[:start])
    ending = {"if": "{% endif %}", "for": "{% endfor %}"}.get(tag[1], "") if block == "{%" and tag else ""
    return [f"{head} {closer}{ending}{tail}", f"{head} {closer}{tail}"]


def _open(line: str) -> list[str]:
    """Brackets that a line opens and does not close."""
    found: list[str] = []
    for char in re.sub(r'"[^"]*"', "", line):
        if char in "([{":
            found.append(char)
        elif char in ")]}" and found:
            found.pop()
    return found


def _template(text: str, start: int) -> tuple[str, bool]:
    """`{{` or `{%` where the place is inside one, and whether a filter begins there."""
    opened = max(text.rfind("{{", 0, start), text.rfind("{%", 0, start))
    closed = max(text.rfind("}}", 0, start), text.rfind("%}", 0, start))
    if opened < 0 or closed > opened or '"""' in text[opened:start]:
        return "", False
    if text.count('"', text.rfind("\n", 0, opened) + 1, opened) % 2 == 0 and text.count('"""', 0, opened) % 2 == 0:
        return "", False
    return text[opened : opened + 2], text[opened:start].rstrip().endswith("|")


def _fields(type_: Type) -> list[Suggestion]:
    if isinstance(type_, DatasetType):
        return [Suggestion(f.name, "column", spell(f.type), f.doc) for f in type_.row.fields]
    while isinstance(type_, ListType):
        type_ = type_.item
    records = type_.members if isinstance(type_, UnionType) else (type_,)
    found: dict[str, Suggestion] = {}
    for record in records:
        for part in record.fields if isinstance(record, RecordType) else ():
            found.setdefault(part.name, Suggestion(part.name, "field", spell(part.type), part.doc))
    return list(found.values())


def _names(scope: Any, in_template: bool) -> list[Suggestion]:
    from synthdsl.ops.table import AGGREGATES, TABLE, operator

    found: dict[str, Suggestion] = {}
    for name in scope.locals:
        found[name] = Suggestion(name, "local", _local_type(scope, name))
    for name in scope.row.names():
        type_ = _column_type(scope, name)
        found.setdefault(name, Suggestion(name, "column", type_))
    for name in scope.globals.names():
        found.setdefault(name, Suggestion(name, "declaration", scope.globals.kind(name)))
    for name in scope.globals.functions():
        found.setdefault(name, Suggestion(name, "function", scope.globals.kind(name)))
    for name in TABLE:
        if "." not in name and not name.endswith("_"):
            made = operator(name)
            if made.family != "symbols":
                found.setdefault(name, Suggestion(name, "function", made.signatures[0] if made.signatures else ""))
    if scope.work.aggregates and not in_template:
        for name in AGGREGATES:
            found.setdefault(name, Suggestion(name, "function", "over all rows"))
    return [s for n, s in found.items() if not n.endswith(NOBODY) and n != "zz_place"]


def _local_type(scope: Any, name: str) -> str:
    try:
        return spell(scope.locals[name][1])
    except Exception:
        # Names of a body are made when they are asked for, and this one may wait for the name of nobody.
        return ""


def _column_type(scope: Any, name: str) -> str:
    try:
        type_ = scope.row.column(name)
    except Needed:
        return ""
    return "" if type_ is None else spell(type_)


def _types(path: Path, text: str, start: int, overlay: Mapping[Path, str]) -> list[Suggestion]:
    from synthdsl.base.span import Source
    from synthdsl.syntax import ast, parse

    module, _ = parse(Source(path.as_posix(), text))
    own = [i.name.text for i in module.items if isinstance(i, ast.TypeDecl)]
    for item in module.items:
        if isinstance(item, ast.Import):
            own += [n for wanted in item.names if (n := (wanted.alias or wanted.name).text)[:1].isupper()]
    return [Suggestion(n, "type") for n in (*own, *BUILT_IN_TYPES)]


def _filters() -> list[Suggestion]:
    from synthdsl.model.template_filters import known_filters

    return [Suggestion(n, "function", "a filter") for n in known_filters()]


def _formats() -> list[Suggestion]:
    from synthdsl.export.table import TABLE, export_format

    return [Suggestion(n, "keyword", "a format", export_format(n).doc) for n in TABLE]


def _modules(line: str) -> list[Suggestion]:
    from synthdsl.base.shipped import shipped

    names = [p.stem for p in sorted(shipped("specs").glob("*.synth"))]
    if "std." in line:
        return [Suggestion(n, "module") for n in names]
    return [Suggestion(f"std.{n}", "module") for n in names]
