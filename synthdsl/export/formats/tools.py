"""The format `tools`: transcripts with tool calls, and the tools that were at hand."""

from __future__ import annotations

from collections.abc import Mapping

from synthdsl.export.contract import Format, Key
from synthdsl.export.formats._conversational import transcript
from synthdsl.export.layout import KeyRef, ObjectLayout
from synthdsl.types.terms import Type


def _layout(keys: Mapping[str, Type]) -> ObjectLayout:
    return ObjectLayout((("messages", transcript("messages", keys["messages"])), ("tools", KeyRef("tools"))))


FORMAT = Format(
    name="tools",
    alternatives=(
        (
            Key("messages", "tool_messages", "The transcript; fields of a message that are null are left out."),
            Key("tools", "tools", "The JSON Schemas of the tools."),
        ),
    ),
    layout=_layout,
    read_by="TRL SFT with tools, OpenAI fine-tuning",
    doc="Transcripts whose assistant messages may call tools, beside the descriptions of these tools.",
    source="https://huggingface.co/docs/trl/dataset_formats#tool-calling",
    task="text-generation",
    tags=("sft", "tool-use"),
)
