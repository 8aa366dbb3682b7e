"""Stored tables as Arrow: the one place that knows pyarrow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from synthdsl.dataset.vector import to_list
from synthdsl.types.terms import (
    BoolType,
    DateType,
    DurationType,
    FloatType,
    IntType,
    ListType,
    LiteralType,
    OptionalType,
    RecordType,
    TimestampType,
    Type,
    UnionType,
)

if TYPE_CHECKING:
    import pyarrow

    from synthdsl.dataset.store import StoredTable

_BATCH = 65_536


def arrow_table(table: StoredTable, row: RecordType) -> pyarrow.Table:
    """All rows with the types of the dataset's row. Raises ImportError naming the extra."""
    try:
        import pyarrow
    except ImportError as error:
        raise ImportError("to_arrow() needs the extra: pip install 'synthdsl[arrow]'") from error
    fields = [pyarrow.field(f.name, arrow_type(f.type), nullable=isinstance(f.type, OptionalType)) for f in row.fields]
    schema = pyarrow.schema(fields)
    batches = []
    for batch in table.batches(_BATCH):
        arrays = [_array(to_list(batch.columns[f.name], batch.n), f.type) for f in schema]
        batches.append(pyarrow.record_batch(arrays, schema=schema))
    return pyarrow.Table.from_batches(batches, schema)


def _array(values: list[Any], type_: Any) -> pyarrow.Array:
    import pyarrow

    if pyarrow.types.is_string(type_) and any(not isinstance(v, str | None) for v in values):
        import json

        values = [v if v is None or isinstance(v, str) else json.dumps(v, ensure_ascii=False) for v in values]
    return pyarrow.array(values, type_)


def arrow_type(type_: Type) -> pyarrow.DataType:
    """The Arrow type of a column; what has no fixed shape (`json`, unions of records) is JSON text."""
    import pyarrow

    match type_:
        case IntType():
            return pyarrow.int64()
        case FloatType():
            return pyarrow.float64()
        case BoolType():
            return pyarrow.bool_()
        case DateType():
            return pyarrow.date32()
        case TimestampType():
            return pyarrow.timestamp("us")
        case DurationType():
            return pyarrow.duration("us")
        case LiteralType(values):
            first = values[0] if values else ""
            if isinstance(first, bool):
                return pyarrow.bool_()
            return pyarrow.int64() if isinstance(first, int) else pyarrow.string()
        case OptionalType(inner):
            return arrow_type(inner)
        case ListType(item):
            return pyarrow.list_(arrow_type(item))
        case RecordType(fields):
            return pyarrow.struct([pyarrow.field(f.name, arrow_type(f.type)) for f in fields])
        case UnionType():
            return pyarrow.string()
        case _:
            return pyarrow.string()
