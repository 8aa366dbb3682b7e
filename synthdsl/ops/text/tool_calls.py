"""`tool_calls`: calls of tools as chat transcripts hold them."""

from __future__ import annotations

from typing import Any

from synthdsl.ops.contract import Operator


def _scalar(calls: list[dict[str, Any]]) -> list[Any]:
    return [
        {"type": "function", "function": {"name": call.get("name"), "arguments": call.get("arguments")}}
        for call in calls
    ]


OPERATOR = Operator(
    name="tool_calls",
    family="text",
    kind="function",
    signatures=("tool_calls(calls: list[record]) -> list[json]",),
    doc=(
        "Calls of tools, as an `llm` with `tools` answers with them, in the form of a message's `tool_calls`. The "
        "arguments stay an object, as chat templates want them."
    ),
    examples=(
        (
            'tool_calls([{ name: "weather", arguments: { city: "Bern" } }])',
            [{"type": "function", "function": {"name": "weather", "arguments": {"city": "Bern"}}}],
        ),
        ('tool_calls([{ name: "a" }][0:0])', []),
    ),
    scalar=_scalar,
    source="https://platform.openai.com/docs/guides/function-calling",
)
