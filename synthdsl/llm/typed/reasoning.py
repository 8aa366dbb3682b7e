"""Reasoning that a model wrote into its answer, told apart from the answer.

Servers without a reasoning parser leave it in the text. It counts where it begins the text, or where a chat template
opened it in the prompt, so that the text has the closing tag only. A tag anywhere else is text.
"""

from __future__ import annotations

_TAGS = (("<think>", "</think>"), ("[THINK]", "[/THINK]"))


def split_reasoning(text: str) -> tuple[str, str]:
    """(reasoning, answer), both without surrounding whitespace; ("", text) unchanged where there is no reasoning.

    Reasoning that is not closed takes the whole text: the answer is empty.
    """
    for opening, closing in _TAGS:
        if opening not in text and closing not in text:
            continue
        begun = text.lstrip()
        if begun.startswith(opening):
            reasoning, _, answer = begun[len(opening) :].partition(closing)
            return reasoning.strip(), answer.strip()
        reasoning, closed, answer = text.partition(closing)
        if closed and opening not in reasoning:
            return reasoning.strip(), answer.strip()
    return "", text
