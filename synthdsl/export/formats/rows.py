"""The format `rows`: columns as they are."""

from __future__ import annotations

from collections.abc import Mapping

from synthdsl.export.contract import Format
from synthdsl.export.layout import KeyRef, ObjectLayout
from synthdsl.types.terms import Type


def _layout(keys: Mapping[str, Type]) -> ObjectLayout:
    return ObjectLayout(tuple((name, KeyRef(name)) for name in keys))


FORMAT = Format(
    name="rows",
    alternatives=((),),
    extra=True,
    layout=_layout,
    read_by="everybody",
    doc="Any columns, in the order written; without a body, all columns of the dataset.",
    source="",
)
