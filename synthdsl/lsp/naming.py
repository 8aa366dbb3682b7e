"""Where things are declared, where they are used, and what changes when they get another name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from synthdsl.base.diagnostic import Edit
from synthdsl.base.span import NOWHERE, Span
from synthdsl.lsp.analysis import Analysis, analyse, place_of
from synthdsl.lsp.binding import Binder, Occurrence, Target
from synthdsl.lsp.syntax_walk import nodes
from synthdsl.syntax import ast

RESERVED = frozenset(("and", "or", "not", "in", "if", "else", "implies", "match", "true", "false", "null"))
MOST_FILES = 200
"""So many specs of a project are looked into for uses of what a file declares."""


class CannotRenameError(Exception):
    """Why a name cannot be given."""


def definition(analysis: Analysis, offset: int) -> Span | None:
    """Where the name at an offset is declared; of an import, the file."""
    module = analysis.module
    if module is None:
        return None
    binder = Binder(analysis)
    for item in module.items:
        if isinstance(item, ast.Import) and item.module_span.start <= offset <= item.module_span.end:
            other = binder.file_of(analysis.file, item)
            return None if other is None else Span(other, 0, 0)
    found = binder.at(analysis.file, offset)
    return None if found is None else defined(binder, found.target)


def defined(binder: Binder, target: Target) -> Span | None:
    """Where a target is declared."""
    if target.kind == "local":
        return Span(target.file, target.place, target.place + len(target.name))
    for found in binder.occurrences(target.file):
        if found.defines and found.target == target:
            return found.span
    item = binder.item(target.file, target.owner)
    if target.kind == "column" and item is not None:
        # A column that a step makes, or of a source whose columns were read from its file.
        for node in nodes(item[1]):
            if isinstance(node, ast.Argument) and node.name is not None and node.name.text == target.name:
                return node.name.span
        place: Span = item[1].name.span
        return place
    return None


def references(analysis: Analysis, offset: int, overlay: Mapping[Path, str]) -> list[Occurrence]:
    """All places where what is named at an offset is named, in all specs of the project."""
    found = Binder(analysis).at(analysis.file, offset)
    return [] if found is None else everywhere(analysis, found.target, overlay)


def everywhere(analysis: Analysis, target: Target, overlay: Mapping[Path, str]) -> list[Occurrence]:
    """All occurrences of a target, each place once, in order."""
    places: dict[Span, Occurrence] = {}
    for each in _readers(analysis, target, overlay):
        binder = Binder(each)
        for file in each.compiled.texts:
            for found in binder.occurrences(file):
                if found.target == target and (found.span not in places or found.defines):
                    places[found.span] = found
    if target.kind == "local":
        # Names that a template binds itself stand in no syntax of the language.
        own = Span(target.file, target.place, target.place + len(target.name))
        places[own] = Occurrence(target, own, True)
    return sorted(places.values(), key=lambda o: (o.span.file, o.span.start))


def _readers(analysis: Analysis, target: Target, overlay: Mapping[Path, str]) -> Iterator[Analysis]:
    """The analysis at hand, and those of other specs of the project that may name the target."""
    yield analysis
    if target.kind == "local":
        return
    for path in sorted(analysis.compiled.root.rglob("*.synth"))[:MOST_FILES]:
        hidden = any(part.startswith(".") for part in path.relative_to(analysis.compiled.root).parts)
        if hidden or path.resolve() == analysis.path:
            continue
        text = overlay.get(path.resolve())
        try:
            text = path.read_text(encoding="utf-8") if text is None else text
        except (OSError, UnicodeDecodeError):
            continue
        if re.search(rf"\b{re.escape(target.name)}\b", text):
            yield analyse(path, overlay)


def renamable(analysis: Analysis, offset: int) -> Occurrence:
    """What is named at an offset, to be renamed. Raises CannotRenameError."""
    found = Binder(analysis).at(analysis.file, offset)
    if found is None:
        raise CannotRenameError("Nothing that this project declares is named here.")
    if place_of(found.target.file).suffix == ".synth" and not Path(found.target.file).is_absolute():
        raise CannotRenameError(f"'{found.target.name}' belongs to the shipped library.")
    place = defined(Binder(analysis), found.target)
    text = None if place is None else analysis.compiled.texts[place.file].slice(place)
    if text != found.target.name:
        raise CannotRenameError(f"'{found.target.name}' is the name of a column in a file of data.")
    return found


def rename(analysis: Analysis, offset: int, name: str, overlay: Mapping[Path, str]) -> list[Edit]:
    """The edits that give what is named at an offset another name everywhere. Raises CannotRenameError.

    Columns and datasets keep their draws and stored answers: a `moved` statement tells the compiler.
    """
    target = renamable(analysis, offset).target
    _check(analysis, target, name)
    found = everywhere(analysis, target, overlay)
    edits = []
    for occurrence in found:
        # Where an alias or an index in quotes names it, the text is another and stays.
        if _text(analysis, occurrence.span, overlay) == target.name:
            edits.append(Edit(occurrence.span, name))
    return [*edits, *_moved(analysis, target, name)]


def _text(analysis: Analysis, span: Span, overlay: Mapping[Path, str]) -> str:
    source = analysis.compiled.texts.get(span.file)
    if source is not None:
        return source.slice(span)
    path = Path(span.file)
    text = overlay.get(path.resolve())
    return (path.read_text(encoding="utf-8") if text is None else text)[span.start : span.end]


def _check(analysis: Analysis, target: Target, name: str) -> None:
    if not re.fullmatch(r"[^\W\d]\w*", name):
        raise CannotRenameError(f"'{name}' is no name: letters, digits and '_' make one.")
    if name in RESERVED:
        raise CannotRenameError(f"'{name}' is a word of the language.")
    binder = Binder(analysis)
    item = binder.item(target.file, target.name)
    if target.kind == "global" and item is not None:
        is_type = isinstance(item[1], ast.TypeDecl)
        if name[:1].isupper() != is_type:
            raise CannotRenameError("Names of types begin with a capital, all others do not.")
        if binder.item(target.file, name) is not None:
            raise CannotRenameError(f"'{name}' is declared already.")
    if target.kind == "column" and binder.column(target.file, target.owner, name) is not None:
        raise CannotRenameError(f"'{target.owner}' has a column '{name}' already.")
    if target.kind != "local" and name == target.name:
        raise CannotRenameError("That is its name already.")


def _moved(analysis: Analysis, target: Target, name: str) -> list[Edit]:
    """`moved old -> new` at the end of the file, where there is none yet whose right side is renamed anyway."""
    module = analysis.module_of(target.file)
    item = Binder(analysis).item(target.file, target.owner or target.name)
    if module is None or item is None or not isinstance(item[1], ast.DatasetDecl):
        return []
    if target.kind == "column":
        statement = next((s for s in item[1].body if getattr(s, "name", NOWHERE) and _named(s) == target.name), None)
        if statement is None or isinstance(statement, ast.TemplateColumn):
            return []
        old: tuple[str, ...] = (target.owner, target.name)
    elif target.kind == "global":
        old = (target.name,)
    else:
        return []
    if any(isinstance(i, ast.Moved) and tuple(n.text for n in i.new) == old for i in module.items):
        return []
    new = (*old[:-1], name)
    text = analysis.compiled.texts[target.file].text
    end = Span(target.file, len(text), len(text))
    before = "" if text.endswith("\n") else "\n"
    last = bool(module.items) and isinstance(module.items[-1], ast.Moved)
    gap = "" if last else "\n"
    return [Edit(end, f"{before}{gap}moved {'.'.join(old)} -> {'.'.join(new)}\n")]


def _named(statement: object) -> str:
    name = getattr(statement, "name", None)
    return name.text if isinstance(name, ast.Name) else ""
