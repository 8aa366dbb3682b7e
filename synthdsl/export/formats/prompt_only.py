"""The format `prompt_only`: prompts, with what a reward function needs beside them."""

from __future__ import annotations

from collections.abc import Mapping

from synthdsl.export.contract import Format, Key
from synthdsl.export.formats._conversational import prompted
from synthdsl.export.layout import ObjectLayout
from synthdsl.types.terms import Type


def _layout(keys: Mapping[str, Type]) -> ObjectLayout:
    return prompted(keys, ("prompt",), rest=tuple(name for name in keys if name != "prompt"))


FORMAT = Format(
    name="prompt_only",
    alternatives=((Key("prompt", "text_or_messages", "What the model is given."),),),
    extra=True,
    # With one of these beside the prompt, TRL takes the rows for another form.
    reserved=("completion", "chosen", "rejected", "messages", "label"),
    layout=_layout,
    read_by="TRL GRPO",
    doc="A prompt and any further columns, which reward functions get by name.",
    source="https://huggingface.co/docs/trl/dataset_formats#prompt-only",
    task="text-generation",
    tags=("grpo",),
)
