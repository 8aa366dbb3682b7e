"""Reasoning told apart from the answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthdsl.llm.typed.reasoning import split_reasoning

CASES = [
    ("<think>so</think>\n\nYes.", "so", "Yes."),
    ("\n <think>\nso\n</think>Yes.", "so", "Yes."),
    ("<think>so", "so", ""),
    ("so\n</think>\nYes.", "so", "Yes."),
    ("<think></think>Yes.", "", "Yes."),
    ("[THINK]so[/THINK]Yes.", "so", "Yes."),
    ("<think>a</think>Use </think> to close.", "a", "Use </think> to close."),
    ("Write <think>x</think> first.", "", "Write <think>x</think> first."),
    ("<thinking>x</thinking> y", "", "<thinking>x</thinking> y"),
    ("  Yes. ", "", "  Yes. "),
]


@pytest.mark.parametrize(("text", "reasoning", "answer"), CASES)
def test_reasoning_is_told_apart(text: str, reasoning: str, answer: str) -> None:
    assert split_reasoning(text) == (reasoning, answer)


@given(st.text(), st.text())
def test_an_answer_survives_any_reasoning(reasoning: str, answer: str) -> None:
    if "</think>" not in reasoning:
        assert split_reasoning(f"<think>{reasoning}</think>{answer}") == (reasoning.strip(), answer.strip())
