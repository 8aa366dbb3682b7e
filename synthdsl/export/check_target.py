"""The path of an output against its content: a known suffix, and nothing in the rows that the file cannot hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from synthdsl.base.diagnostic import Diagnostic, Edit, Fix
from synthdsl.base.span import Span
from synthdsl.base.suggest import did_you_mean
from synthdsl.export.declaration import Declaration
from synthdsl.export.layout import KeyRef, ListLayout, ObjectLayout, OrElse
from synthdsl.export.spec import OutputSpec
from synthdsl.export.suffix import SUFFIXES, suffix_of, target_of
from synthdsl.types.relations import without_null
from synthdsl.types.show import show
from synthdsl.types.terms import JsonType, ListType, RecordType, Type, UnionType


def check_target(declared: Declaration, spec: OutputSpec | None) -> list[Diagnostic]:
    """E0707 for the suffix, E0709 for nested values in cells. spec: None where the keys are wrong already."""
    target = target_of(declared.path)
    if target is None:
        return [_unknown_suffix(declared)]
    if spec is None:
        return []
    if target.encoding == "csv":
        return _nested(declared, spec)
    if target.encoding == "parquet":
        return _same_names(declared, spec.record)
    return []


def _unknown_suffix(declared: Declaration) -> Diagnostic:
    suffix = suffix_of(declared.path)
    message = f"No file with the suffix '{suffix}' can be written."
    notes = (
        *did_you_mean(suffix, SUFFIXES),
        f"Files end in {', '.join(SUFFIXES)}; a path without a suffix, or with '/' at its end, is a folder of shards.",
    )
    return Diagnostic("E0707", message, declared.path_span, notes)


def _nested(declared: Declaration, spec: OutputSpec) -> list[Diagnostic]:
    found = []
    keys = declared.keys or {}
    for name, layout in spec.layout.fields:
        whole = layout.key if isinstance(layout, KeyRef | OrElse) else None
        column = spec.record.field(name)
        assert column is not None
        if isinstance(layout, ObjectLayout | ListLayout) or is_nested(column.type):
            place = keys[whole].value_span if whole and whole in keys else declared.path_span
            kind = show(without_null(column.type)) if whole else "a list"
            message = f"The column '{name}' is {kind}, which a cell of a .csv file cannot hold."
            stem = declared.path.removesuffix(".csv")
            notes = (f"'{stem}.jsonl' and '{stem}.parquet' keep lists and records.",)
            found.append(Diagnostic("E0709", message, place, notes))
    return found


def is_nested(type_: Type) -> bool:
    """Whether values of the type are lists or records, or may be."""
    return isinstance(without_null(type_), ListType | RecordType | UnionType | JsonType)


def _same_names(declared: Declaration, record: RecordType) -> list[Diagnostic]:
    """The writer of Parquet does not tell `id` from `ID`, in columns or in fields of records."""
    keys = declared.keys or {}
    twins = _twins(f.name for f in record.fields)
    if twins:
        given = keys.get(twins[1])
        fixes = (Fix(f"Write '{twins[1]}_2'.", (Edit(given.name_span, f"{twins[1]}_2"),)),) if given else ()
        return [_case(twins, given.name_span if given else declared.path_span, fixes)]
    for column in record.fields:
        for inner in _records_in(column.type):
            twins = _twins(f.name for f in inner.fields)
            if twins:
                given = keys.get(column.name)
                return [_case(twins, given.value_span if given else declared.path_span, ())]
    return []


def _case(twins: tuple[str, str], span: Span, fixes: tuple[Fix, ...]) -> Diagnostic:
    message = f"A Parquet file cannot hold both '{twins[0]}' and '{twins[1]}', which differ in case only."
    return Diagnostic("E0707", message, span, fixes=fixes)


def _twins(names: Iterable[str]) -> tuple[str, str] | None:
    """The first two names that differ in case only."""
    seen: dict[str, str] = {}
    for name in names:
        twin = seen.setdefault(name.lower(), name)
        if twin != name:
            return twin, name
    return None


def _records_in(type_: Type) -> Iterator[RecordType]:
    """The records within a type, at any depth."""
    match without_null(type_):
        case ListType(item):
            yield from _records_in(item)
        case RecordType(fields) as record:
            yield record
            for field in fields:
                yield from _records_in(field.type)
        case UnionType(members):
            for member in members:
                yield from _records_in(member)
