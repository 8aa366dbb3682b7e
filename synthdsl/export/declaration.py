"""An output as the compiler hands it over: names resolved, expressions typed, nothing checked yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from synthdsl.base.span import Span
from synthdsl.types.terms import RecordType, Type


@dataclass(frozen=True, slots=True)
class GivenKey:
    """A key as written: the type of its expression, the places of its name and value, documentation if any."""

    type: Type
    name_span: Span
    value_span: Span
    doc: str = ""


@dataclass(frozen=True, slots=True)
class Declaration:
    """`output "path" from dataset as format { keys }`, with names resolved and expressions typed.

    row: the columns of the dataset. format: None where `as` is missing, which means `rows`. keys: in the order
    written; None where there is no body. description: the documentation of the output or of the dataset.
    """

    path: str
    path_span: Span
    dataset: str
    row: RecordType
    format: str | None
    format_span: Span
    keys: Mapping[str, GivenKey] | None
    span: Span
    description: str = ""
