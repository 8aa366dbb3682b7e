"""The check of outputs at compile time: format, keys, types, suffix and path, all from the spec alone.

In: a `Declaration` for each output, as the compiler has resolved it. Out: an `OutputSpec` (None where there is an
error that leaves none), and diagnostics E0701 to E0709.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from synthdsl.base.diagnostic import Diagnostic, Edit, Fix, Label, has_errors
from synthdsl.base.span import Span
from synthdsl.base.suggest import did_you_mean, nearest
from synthdsl.export.check_keys import check_keys
from synthdsl.export.check_target import check_target
from synthdsl.export.declaration import Declaration, GivenKey
from synthdsl.export.paths import check_path
from synthdsl.export.spec import MANIFEST, SPLIT_COLUMN, OutputSpec, laid_out
from synthdsl.export.suffix import stem_of, target_of
from synthdsl.export.table import TABLE, export_format
from synthdsl.types.terms import Field

__all__ = ["Declaration", "GivenKey", "check_collisions", "check_output", "with_manifest_names"]


def check_output(declared: Declaration) -> tuple[OutputSpec | None, list[Diagnostic]]:
    """Checks one output. The spec is there only when nothing is wrong with it."""
    found = [d for d in (check_path(declared.path, declared.path_span),) if d]
    name = declared.format or "rows"
    if name not in TABLE:
        return None, [*found, _unknown_format(name, declared.format_span), *check_target(declared, None)]
    form = export_format(name)
    keys = _given(declared)
    # A missing key has no place; the format that asks for it has one.
    place = declared.path_span if declared.format is None else declared.format_span
    found.extend(check_keys(form, keys, place, declared.row))
    if has_errors(found):
        return None, [*found, *check_target(declared, None)]
    spec = laid_out(
        declared.path,
        declared.dataset,
        name,
        tuple(Field(key, given.type, given.doc) for key, given in keys.items()),
        split=declared.row.field(SPLIT_COLUMN) is not None,
        description=declared.description,
    )
    spec = replace(spec, span=declared.path_span)
    found.extend(check_target(declared, spec))
    return (None if has_errors(found) else spec), found


def _given(declared: Declaration) -> Mapping[str, GivenKey]:
    """The keys as written; `rows` without a body takes every column of the dataset."""
    if declared.keys is not None:
        return declared.keys
    if (declared.format or "rows") != "rows":
        return {}
    place = declared.span
    return {f.name: GivenKey(f.type, place, place, f.doc) for f in declared.row.fields}


def _unknown_format(name: str, span: Span) -> Diagnostic:
    close = nearest(name, TABLE)
    fixes = tuple(Fix(f"Write '{c}'.", (Edit(span, c),)) for c in close)
    notes = (*did_you_mean(name, TABLE), f"The formats are {', '.join(TABLE)}.")
    return Diagnostic("E0701", f"There is no output format '{name}'.", span, notes, fixes=fixes)


def check_collisions(outputs: Sequence[tuple[str, Span]], sources: Iterable[str] = ()) -> list[Diagnostic]:
    """E0705 for outputs that would overwrite each other, or a file that the spec reads.

    outputs: path and its place, in the order of the spec. sources: paths of source files, relative to the project.
    """
    found: list[Diagnostic] = []
    read = {_normal(s): s for s in sources}
    places = [_normal(path) for path, _ in outputs]
    for at, ((path, span), here) in enumerate(zip(outputs, places, strict=True)):
        for (other, other_span), there in zip(outputs[:at], places, strict=False):
            if _inside(here, there) or _inside(there, here):
                how = "would replace" if here == there else "lies inside or around"
                message = f"The output '{path}' {how} the output '{other}'."
                if path == other:
                    message = f"Two outputs are written to '{path}'."
                found.append(Diagnostic("E0705", message, span, labels=(Label(other_span, "written here too"),)))
                break
        for there, source in read.items():
            if _inside(there, here):
                message = f"The output '{path}' would overwrite the source file '{source}'."
                found.append(Diagnostic("E0705", message, span, ("Another path keeps the file that is read.",)))
                break
    return found


def _normal(path: str) -> tuple[str, ...]:
    # Case is folded because many file systems do not tell it apart.
    return PurePosixPath(path.lower()).parts


def _inside(place: tuple[str, ...], folder: tuple[str, ...]) -> bool:
    """Whether a place is the folder or lies in it."""
    return place[: len(folder)] == folder


def with_manifest_names(specs: Sequence[OutputSpec]) -> list[OutputSpec]:
    """The specs with the names of their manifests: `tickets.manifest.json` beside `tickets.jsonl`.

    Two files of one folder that share a stem get the full file name instead, so that neither takes the other's.
    """
    stems = [_manifest_place(s.path) for s in specs]
    counts = Counter(stems)
    named: list[OutputSpec] = []
    for spec, place in zip(specs, stems, strict=True):
        shared = place is not None and counts[place] > 1
        named.append(replace(spec, manifest=f"{PurePosixPath(spec.path).name}.{MANIFEST}") if shared else spec)
    return named


def _manifest_place(path: str) -> tuple[str, ...] | None:
    target = target_of(path)
    return None if target is None or target.folder else (*_normal(path)[:-1], stem_of(path).lower())
