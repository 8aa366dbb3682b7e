"""`transcript`: a chat as text."""

from __future__ import annotations

from typing import Any

from synthdsl.ops.contract import Operator


def _scalar(messages: list[dict[str, Any]]) -> str:
    return "\n".join(f"{message['role']}: {message['content']}" for message in messages)


OPERATOR = Operator(
    name="transcript",
    family="text",
    kind="function",
    signatures=("transcript(messages: messages) -> str",),
    doc="The messages of a chat as text, each on a line of its own after its role and a colon.",
    examples=(
        (
            'transcript([{ role: "user", content: "Hi" }, { role: "assistant", content: "Hello!" }])',
            "user: Hi\nassistant: Hello!",
        ),
        ("transcript([])", ""),
    ),
    scalar=_scalar,
)
