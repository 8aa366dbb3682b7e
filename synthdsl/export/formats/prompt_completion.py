"""The format `prompt_completion`: a prompt and how it goes on."""

from __future__ import annotations

from collections.abc import Mapping

from synthdsl.export.contract import Format, Key
from synthdsl.export.formats._conversational import prompted
from synthdsl.export.layout import ObjectLayout
from synthdsl.types.terms import Type


def _layout(keys: Mapping[str, Type]) -> ObjectLayout:
    return prompted(keys, ("prompt", "completion"))


FORMAT = Format(
    name="prompt_completion",
    alternatives=(
        (
            Key("prompt", "text_or_messages", "What the model is given."),
            Key("completion", "text_or_messages", "How it goes on."),
        ),
    ),
    layout=_layout,
    read_by="TRL SFT",
    doc="A prompt and its completion; when one of them is messages, text in the other becomes one message.",
    source="https://huggingface.co/docs/trl/dataset_formats#prompt-completion",
    task="text-generation",
    tags=("sft",),
)
