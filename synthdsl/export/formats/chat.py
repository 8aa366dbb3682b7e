"""The format `chat`: one transcript a row."""

from __future__ import annotations

from collections.abc import Mapping

from synthdsl.export.contract import Format, Key
from synthdsl.export.formats._conversational import transcript
from synthdsl.export.layout import ListLayout, ObjectLayout, OptionalItem, message
from synthdsl.types.relations import is_nullable
from synthdsl.types.terms import Type


def _layout(keys: Mapping[str, Type]) -> ObjectLayout:
    if "messages" in keys:
        return ObjectLayout((("messages", transcript("messages", keys["messages"])),))
    return ObjectLayout((("messages", ListLayout(turns(keys))),))


def turns(keys: Mapping[str, Type]) -> tuple[ObjectLayout | OptionalItem, ...]:
    """The messages of `system`, `user` and `assistant`; a null `system` is left out."""
    pair = (message("user", "user"), message("assistant", "assistant"))
    if "system" not in keys:
        return pair
    system = message("system", "system")
    return (OptionalItem("system", system) if is_nullable(keys["system"]) else system, *pair)


FORMAT = Format(
    name="chat",
    alternatives=(
        (
            Key(
                "system",
                "text",
                "The instructions before the dialogue; where it is null the message is left out.",
                required=False,
                nullable=True,
            ),
            Key("user", "text", "What the person says."),
            Key("assistant", "text", "What the model shall learn to answer."),
        ),
        (Key("messages", "messages", "The whole transcript."),),
    ),
    layout=_layout,
    read_by="TRL SFT, Axolotl, OpenAI fine-tuning",
    doc="One transcript a row, under `messages`.",
    source="https://huggingface.co/docs/trl/dataset_formats#language-modeling",
    task="text-generation",
    tags=("sft",),
)
