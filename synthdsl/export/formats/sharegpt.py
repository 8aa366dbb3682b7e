"""The format `sharegpt`: conversations of `from` and `value`."""

from __future__ import annotations

from collections.abc import Mapping

from synthdsl.export.contract import Format, Key
from synthdsl.export.layout import KeyRef, ListLayout, ObjectLayout, OptionalItem, Text, Turns
from synthdsl.export.shapes import is_turns
from synthdsl.types.relations import is_nullable
from synthdsl.types.terms import Type


def _layout(keys: Mapping[str, Type]) -> ObjectLayout:
    if "conversations" in keys:
        whole = KeyRef("conversations") if is_turns(keys["conversations"]) else Turns("conversations")
        return ObjectLayout((("conversations", whole),))
    items: list[ObjectLayout | OptionalItem] = [_turn("human", "user"), _turn("gpt", "assistant")]
    if "system" in keys:
        system = _turn("system", "system")
        items.insert(0, OptionalItem("system", system) if is_nullable(keys["system"]) else system)
    return ObjectLayout((("conversations", ListLayout(tuple(items))),))


def _turn(speaker: str, key: str) -> ObjectLayout:
    return ObjectLayout((("from", Text(speaker)), ("value", KeyRef(key))))


FORMAT = Format(
    name="sharegpt",
    alternatives=(
        (
            Key(
                "system",
                "text",
                "The instructions before the dialogue; where it is null the turn is left out.",
                required=False,
                nullable=True,
            ),
            Key("user", "text", "What the person says."),
            Key("assistant", "text", "What the model shall learn to answer."),
        ),
        (Key("conversations", "turns", "The whole dialogue; roles become human, gpt, system and observation."),),
    ),
    layout=_layout,
    read_by="LLaMA-Factory, Axolotl",
    doc="One dialogue a row, under `conversations`, each turn with `from` and `value`.",
    source="https://github.com/hiyouga/LLaMA-Factory/blob/main/data/README.md#sharegpt-format",
    task="text-generation",
    tags=("sft",),
)
