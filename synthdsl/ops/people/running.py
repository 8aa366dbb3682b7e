"""Faker's `text(max_nb_chars)`: words, sentences or paragraphs one after another while there is room."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from synthdsl.dataset.vector import to_list
from synthdsl.ops.contract import Undefined
from synthdsl.ops.people.columns import Column, evaluate
from synthdsl.ops.people.layout import column
from synthdsl.types.terms import STR

if TYPE_CHECKING:
    from synthdsl.dataset.address import Draw

MOST_ROUNDS = 100_000


@dataclass(frozen=True, slots=True)
class RunningText:
    """Pieces are put one after another with `joint` between, as long as the text stays shorter than `limit`.

    A text whose first piece is too long is begun anew. ends: None, or for words what follows the last one.
    """

    piece: Column
    joint: str
    limit: int
    ends: str | None


def running_text(
    read: Callable[[str, dict[str, Any]], Any], lorem: Any, max_nb_chars: int = 200, ext_word_list: Any = None
) -> RunningText | None:
    """What Faker's `text` does with these arguments; None where Faker refuses them.

    read: the term of another provider. lorem: the provider of the locale.
    """
    if max_nb_chars < 5:
        return None
    if max_nb_chars < 25:
        name, joint, ends = "word", lorem.word_connector, lorem.sentence_punctuation
    elif max_nb_chars < 100:
        name, joint, ends = "sentence", lorem.word_connector, None
    else:
        name, joint, ends = "paragraph", "\n", None
    given = {} if ext_word_list is None else {"ext_word_list": ext_word_list}
    return RunningText(column(read(name, given), STR), joint, max_nb_chars, ends)


def running_texts(text: RunningText, draw: Draw) -> list[str]:
    """The texts of the rows, a piece for all unfinished rows at a time."""
    import numpy as np

    found: list[list[str]] = [[] for _ in range(draw.n)]
    room = [text.limit] * draw.n
    open_rows = list(range(draw.n))
    turn = 0
    while open_rows:
        if turn == MOST_ROUNDS:
            raise Undefined(f"No text of fewer than {text.limit} characters was found.", open_rows[0])
        pieces = to_list(evaluate(text.piece, draw.below(turn).at(np.array(open_rows))), len(open_rows))
        open_rows = [
            row for row, piece in zip(open_rows, pieces, strict=True) if _goes_on(text, found, room, row, piece)
        ]
        turn += 1
    return [_finished(text, pieces) for pieces in found]


def _goes_on(text: RunningText, found: list[list[str]], room: list[int], row: int, piece: str) -> bool:
    """Put a piece to the text of a row; whether there is room for more."""
    pieces = found[row]
    left = room[row] - len(piece) - (len(text.joint) if pieces else 0)
    if left > 0:
        pieces.append(piece)
        room[row] = left
        return True
    room[row] = text.limit
    return not pieces


def _finished(text: RunningText, pieces: list[str]) -> str:
    if text.ends is None:
        return text.joint.join(pieces)
    pieces[0] = pieces[0][:1].upper() + pieces[0][1:]
    return text.joint.join(pieces) + text.ends
