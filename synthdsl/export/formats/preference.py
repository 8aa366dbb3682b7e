"""The format `preference`: two answers to one prompt, the better one named."""

from __future__ import annotations

from collections.abc import Mapping

from synthdsl.export.contract import Format, Key
from synthdsl.export.formats._conversational import prompted
from synthdsl.export.layout import ObjectLayout
from synthdsl.types.terms import Type


def _layout(keys: Mapping[str, Type]) -> ObjectLayout:
    return prompted(keys, ("prompt", "chosen", "rejected"))


FORMAT = Format(
    name="preference",
    alternatives=(
        (
            Key("prompt", "text_or_messages", "What both answers answer."),
            Key("chosen", "text_or_messages", "The better answer."),
            Key("rejected", "text_or_messages", "The worse answer."),
        ),
    ),
    layout=_layout,
    read_by="TRL DPO, ORPO and reward modelling",
    doc="A prompt with a better and a worse answer; when one of the three is messages, text becomes one message.",
    source="https://huggingface.co/docs/trl/dataset_formats#preference",
    task="text-generation",
    tags=("preference", "dpo"),
)
