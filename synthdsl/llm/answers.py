"""All places where a spec's answers may be: the project's store, and cassettes behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.llm.cassette import CassetteStore, LayeredStore, cassette_of
from synthdsl.llm.contract import AnswerStore
from synthdsl.llm.store import STORE, open_reading, open_store


@dataclass(frozen=True, slots=True)
class Answers:
    """An opened store; `store.close()` lets go of it. findings: W0840 where a damaged file was set aside.

    shown: the files that are looked into, for messages such as that of a missing answer in a frozen run.
    """

    store: AnswerStore
    findings: tuple[Diagnostic, ...]
    shown: tuple[str, ...]


def open_answers(root: Path, spec: Path, cassettes: Sequence[Path] = (), reading: bool = False) -> Answers:
    """The answers for a spec of the project folder `root`.

    cassettes: files to look into; without any, the spec's own if there is one. reading: nothing is made or changed,
    as `plan` and frozen runs want it; storing is refused then.
    Raises StoreError: what `open_store` and `read_cassette` raise.
    """
    own = cassette_of(spec)
    chosen = list(cassettes) or ([own] if own.is_file() else [])
    # Cassettes first: one that is broken should not leave a new store behind.
    behind = [CassetteStore(chosen)] if chosen else []
    place = root / STORE
    shown = (STORE.as_posix(), *(c.name for c in chosen))
    if reading:
        return Answers(LayeredStore(open_reading(place), behind), (), shown)
    store = open_store(place)
    return Answers(LayeredStore(store, behind) if behind else store, tuple(store.findings), shown)
