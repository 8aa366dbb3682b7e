"""The template filter `tojson`."""

from __future__ import annotations

from typing import Any

from synthdsl.ops.contract import Operator, Undefined
from synthdsl.ops.text.sizes import short_enough

MAX_INDENT = 16


def _plain(value: Any) -> Any:
    import datetime

    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        return value.total_seconds()
    raise Undefined(f"A value of type {type(value).__name__} has no JSON.")


def _scalar(value: Any, indent: int | None) -> str:
    import json

    if indent is not None and not 0 <= indent <= MAX_INDENT:
        raise Undefined(f"'indent' of 'tojson' lies between 0 and {MAX_INDENT}.")
    try:
        return short_enough(json.dumps(value, ensure_ascii=False, indent=indent, default=_plain))
    except RecursionError:
        raise Undefined("The value nests too deeply for JSON.") from None


OPERATOR = Operator(
    name="jinja.tojson",
    family="text",
    kind="function",
    signatures=("tojson(value: any, indent: int? = null) -> str",),
    doc=(
        "The value as JSON, fields in their order, nothing escaped for HTML, as in the chat templates of "
        "`transformers`."
    ),
    examples=(("t\"{{ ['a', 'it'] | tojson }}\"", '["a", "it"]'),),
    source="transformers.utils.chat_template_utils.tojson",
    scalar=_scalar,
)
