"""Cassettes: answers as text that is kept in git, so that a run needs no key and no network.

In and out: JSON lines, one answer a line, sorted by key, so that a changed prompt is a small diff and two branches
merge line by line:

    {"key": "32 hex digits", "column": "tickets.body", "model": "writer", "reply": {"text": ...}}

The same answers give the same bytes. Order does not matter when reading; of two answers with one key, as a merge may
leave them, the first counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.base.span import NOWHERE
from synthdsl.llm.contract import Answered, AnswerStore
from synthdsl.llm.store_problems import StoreError

SUFFIX = ".cassette.jsonl"

MAX_LINE = 16 << 20
"""Bytes of a line. An answer is far smaller; a longer line is no cassette's."""

_EXTRACT = 60


def cassette_of(spec: Path) -> Path:
    """Where a spec's cassette is unless another place is given: `tickets.synth` has `tickets.cassette.jsonl`."""
    return spec.with_name(spec.stem + SUFFIX)


def write_cassette(answers: Iterable[Answered], out: IO[bytes]) -> int:
    """Write answers that come sorted by key; how many there were. Raises OSError as the file does."""
    import orjson

    number = 0
    for number, answer in enumerate(answers, 1):  # noqa: B007 (counts)
        line = {
            "key": answer.key.hex(),
            "column": answer.column,
            "model": answer.model,
            "reply": orjson.loads(answer.reply),
        }
        out.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
    return number


def read_cassette(path: Path) -> Iterator[Answered]:
    """The answers of a cassette as they stand. Raises StoreError: E0845 for a line that is none, E0601, E0602."""
    from synthdsl.llm.cassette_line import answer_of

    try:
        with path.open("rb") as file:
            number = 0
            while line := file.readline(MAX_LINE + 1):
                number += 1
                if len(line) > MAX_LINE:
                    raise StoreError(_wrong(path, number, f"it is longer than {MAX_LINE >> 20} MB"))
                if line.isspace():
                    continue
                found = answer_of(line)
                if isinstance(found, str):
                    raise StoreError(_wrong(path, number, found, line))
                yield found
    except OSError as error:
        if isinstance(error, FileNotFoundError):
            raise StoreError(Diagnostic("E0601", f"'{path}' is no file.", NOWHERE)) from error
        message = f"'{path}' cannot be read: {error.strerror or error}."
        raise StoreError(Diagnostic("E0602", message, NOWHERE)) from error


def _wrong(path: Path, number: int, reason: str, line: bytes = b"") -> Diagnostic:
    notes = []
    if line.startswith((b"<<<<<<<", b"=======", b">>>>>>>", b"|||||||")):
        notes.append("A merge left its marks. Delete the lines of marks and keep the answers of both sides.")
    elif line:
        begun = line[:_EXTRACT].decode("utf-8", "replace").rstrip()
        notes.append(f"The line begins with: {begun}")
    message = f"Line {number:,} of '{path.name}' is no answer: {reason}."
    return Diagnostic("E0845", message, NOWHERE, tuple(notes))


class CassetteStore:
    """The answers of cassettes, all in memory; satisfies `AnswerStore` for looking up."""

    def __init__(self, paths: Sequence[Path]) -> None:
        """Reads them. Raises StoreError as `read_cassette` does."""
        self._answers: dict[bytes, Answered] = {}
        for path in paths:
            for answer in read_cassette(path):
                self._answers.setdefault(answer.key, answer)

    def __len__(self) -> int:
        return len(self._answers)

    def get_many(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """The replies of those keys that are there."""
        return {key: self._answers[key].reply for key in keys if key in self._answers}

    def answers(self, keys: Iterable[bytes]) -> Iterator[Answered]:
        """The whole answers of those keys that are there."""
        return (self._answers[key] for key in keys if key in self._answers)

    def put_many(self, answers: Sequence[Answered]) -> None:
        """Raises RuntimeError: cassettes are written by `synthc cache export`."""
        raise RuntimeError("a cassette takes no answers")

    def forget(self, keys: Sequence[bytes]) -> None:
        """Not seen any more by this process; the file stays as it is."""
        for key in keys:
            self._answers.pop(key, None)

    def close(self) -> None:
        """Nothing is open."""


class LayeredStore:
    """A store and, behind it, cassettes: looks up in all of them in turn, stores in the first; `AnswerStore`."""

    def __init__(self, first: AnswerStore, behind: Sequence[AnswerStore]) -> None:
        self._first = first
        self._all = (first, *behind)

    def get_many(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """The stored replies of those keys that are in any of them."""
        found = dict(self._first.get_many(keys))
        for store in self._all[1:]:
            missing = [key for key in keys if key not in found]
            if not missing:
                break
            found.update(store.get_many(missing))
        return found

    def put_many(self, answers: Sequence[Answered]) -> None:
        """Store in the first."""
        self._first.put_many(answers)

    def forget(self, keys: Sequence[bytes]) -> None:
        """Remove from the store, and do not see in the cassettes."""
        for store in self._all:
            store.forget(keys)

    def close(self) -> None:
        """Close all."""
        for store in self._all:
            store.close()
