"""Why a reply gives no value of the column's type."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """A refused answer.

    code: of the diagnostic. message: one sentence for a person. advice: what the model is told when it is asked
    again; empty where asking again is no use.
    """

    code: str
    message: str
    advice: str = ""


def filtered() -> Problem:
    """A content filter of the server stopped the answer: the same prompt would be stopped again."""
    return Problem("E0833", "The server's content filter stopped the answer.")


def refused(said: str) -> Problem:
    """The model declined. said: its words."""
    return Problem("E0834", f"The model declined to answer: {_brief(said)}" if said.strip() else "The model declined.")


def empty(only_reasoning: bool) -> Problem:
    """There is no answer text."""
    what = "The answer is empty" + (" after its reasoning." if only_reasoning else ".")
    return Problem("E0835", what, "The answer was empty.")


def without_logprobs() -> Problem:
    """The server sent no log probabilities; it would not send them the next time."""
    return Problem("E0836", "The answer came without the log probabilities that were asked for.")


def cut_off() -> Problem:
    """The token limit ended the answer before it was whole."""
    message = "The answer was cut off at the limit of tokens before it was whole."
    return Problem("E0832", message, "The answer was cut off before it was whole. Answer more briefly.")


def no_json(answer: str) -> Problem:
    """Nothing in the answer is JSON."""
    return Problem("E0830", f"The answer has no JSON in it: {_brief(answer)}", "The answer was not JSON.")


def misfit(reason: str, wanted: str) -> Problem:
    """The answer is none of the type's values. reason: words that can follow a colon. wanted: the type's spelling."""
    message = f"The answer does not fit the type {wanted}: {reason}."
    return Problem("E0831", message, f"The answer did not fit: {reason}.")


def _brief(text: str) -> str:
    from synthdsl.dataset.validate import shorten

    return f"{shorten(text.strip())}."
