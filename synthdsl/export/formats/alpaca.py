"""The format `alpaca`: instruction, input and output."""

from __future__ import annotations

from collections.abc import Mapping

from synthdsl.export.contract import Format, Key
from synthdsl.export.layout import KeyRef, Layout, ObjectLayout, OrElse
from synthdsl.types.relations import is_nullable
from synthdsl.types.terms import Type

_ORDER = ("instruction", "input", "output", "system", "history")


def _layout(keys: Mapping[str, Type]) -> ObjectLayout:
    return ObjectLayout(tuple((name, _field(name, keys[name])) for name in _ORDER if name in keys))


def _field(name: str, type_: Type) -> Layout:
    if not is_nullable(type_):
        return KeyRef(name)
    return OrElse(name, () if name == "history" else "")


FORMAT = Format(
    name="alpaca",
    alternatives=(
        (
            Key("instruction", "text", "What shall be done."),
            Key(
                "input",
                "text",
                "What it shall be done with; null is written as empty text.",
                required=False,
                nullable=True,
            ),
            Key("output", "text", "The answer."),
            Key("system", "text", "The system prompt; null is written as empty text.", required=False, nullable=True),
            Key(
                "history",
                "history",
                "Earlier turns as [instruction, answer] pairs; null is written as an empty list.",
                required=False,
                nullable=True,
            ),
        ),
    ),
    layout=_layout,
    read_by="LLaMA-Factory, Axolotl",
    doc="An instruction, perhaps with an input, and the output.",
    source="https://github.com/hiyouga/LLaMA-Factory/blob/main/data/README.md#alpaca-format",
    task="text-generation",
    tags=("sft",),
)
