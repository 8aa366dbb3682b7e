"""What a model is told about its answer: the JSON that is wanted, and what was wrong when it is asked again."""

from __future__ import annotations

from synthdsl.llm.request import Message, Schema
from synthdsl.llm.typed.problem import Problem
from synthdsl.llm.typed.sketch import sketch

MAX_ECHO = 4000
"""Characters of a refused answer that are sent back: its beginning and its end."""


def wanted(schema: Schema) -> str:
    """The text that asks for JSON, for servers that take no schema beside the prompt."""
    return f"Answer with JSON alone, without any text around it, in this form:\n\n{sketch(schema.document)}"


def with_wanted(messages: tuple[Message, ...], schema: Schema) -> tuple[Message, ...]:
    """The messages with `wanted` at the end of the last one of the user."""
    text = wanted(schema)
    last = max((i for i, m in enumerate(messages) if m.role == "user"), default=None)
    if last is None:
        return (*messages, Message("user", text))
    asked = Message("user", f"{messages[last].content}\n\n{text}")
    return (*messages[:last], asked, *messages[last + 1 :])


def again(
    messages: tuple[Message, ...], answer: str, problem: Problem, schema: Schema | None, attempt: int
) -> tuple[Message, ...]:
    """The messages that ask again after an answer that was refused.

    messages: of the first request. answer: what was refused, without reasoning. attempt: 2 for the first time that it
    is asked again; it stands in the text, so that no two attempts send the same messages.
    """
    wish = "Give the whole answer again." if schema is None else f"Give the whole answer again. {wanted(schema)}"
    return _continued(messages, answer, f"{problem.advice} {wish}", attempt)


def told(messages: tuple[Message, ...], answer: str, rule: str, text: str, attempt: int) -> tuple[Message, ...]:
    """The messages that ask again after an answer that breaks a rule.

    rule: its name. text: its condition as the spec says it, or what stands in its documentation comment.
    """
    wish = f"The answer breaks the rule '{rule}': {text.strip()}\nGive the whole answer again so that the rule holds."
    return _continued(messages, answer, wish, attempt)


def joined(messages: tuple[Message, ...], *more: Message) -> tuple[Message, ...]:
    """The messages one after another; equal roles that meet become one message, because servers refuse two in a row."""
    made = list(messages)
    for message in more:
        if not message.content:
            continue
        if made and made[-1].role == message.role:
            made[-1] = Message(message.role, f"{made[-1].content}\n\n{message.content}")
        else:
            made.append(message)
    return tuple(made)


def _continued(messages: tuple[Message, ...], answer: str, wish: str, attempt: int) -> tuple[Message, ...]:
    return joined(messages, Message("assistant", _echo(answer)), Message("user", f"{wish}\n(Attempt {attempt}.)"))


def _echo(answer: str) -> str:
    kept = answer.strip()
    if len(kept) <= MAX_ECHO:
        return kept
    head, foot = MAX_ECHO * 3 // 4, MAX_ECHO // 4
    return f"{kept[:head]}\n[... {len(kept) - head - foot} characters left out ...]\n{kept[-foot:]}"
