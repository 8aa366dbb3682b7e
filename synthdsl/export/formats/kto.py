"""The format `kto`: one answer, and whether it is a good one."""

from __future__ import annotations

from collections.abc import Mapping

from synthdsl.export.contract import Format, Key
from synthdsl.export.formats._conversational import prompted
from synthdsl.export.layout import ObjectLayout
from synthdsl.types.terms import Type


def _layout(keys: Mapping[str, Type]) -> ObjectLayout:
    return prompted(keys, ("prompt", "completion"), rest=("label",))


FORMAT = Format(
    name="kto",
    alternatives=(
        (
            Key("prompt", "text_or_messages", "What is answered."),
            Key("completion", "text_or_messages", "The answer."),
            Key("label", "bool", "Whether the answer is a desirable one."),
        ),
    ),
    layout=_layout,
    read_by="TRL KTO",
    doc="A prompt, one answer and whether it is desirable; when one of the two is messages, the other is lifted.",
    source="https://huggingface.co/docs/trl/dataset_formats#unpaired-preference",
    task="text-generation",
    tags=("preference", "kto"),
)
