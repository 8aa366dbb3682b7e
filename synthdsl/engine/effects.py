"""What a run does to the world, as protocols: where finished rows go, who is told of progress."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from synthdsl.engine.work import Encoder
    from synthdsl.llm.spending import Spending


class Sink(Protocol):
    """Where the finished rows of one dataset go."""

    @property
    def dataset(self) -> str:
        """Whose rows it takes."""

    @property
    def encoder(self) -> Encoder:
        """What workers do for it."""

    def append(self, payload: Any) -> None:
        """Take in encoded rows, in order."""


class Events(Protocol):
    """Who is told how the run goes."""

    def begin(self, dataset: str, total: int | None) -> None:
        """A dataset or source is begun; `total` rows are to be tried, when known."""

    def advance(self, dataset: str, tried: int, accepted: int) -> None:
        """More rows were tried and accepted."""

    def end(self, dataset: str, rows: int) -> None:
        """The dataset is finished."""

    def calls(self, spending: Spending) -> None:
        """Answers of models came in."""


class Silence:
    """Nobody is told."""

    def begin(self, dataset: str, total: int | None) -> None: ...

    def advance(self, dataset: str, tried: int, accepted: int) -> None: ...

    def end(self, dataset: str, rows: int) -> None: ...

    def calls(self, spending: Spending) -> None: ...
