"""What an operator is: signature, documentation, checks and kernel, in one file of its own.

A function computes values from values; a sampler also draws (it gets a `Draw`); an aggregate turns a whole
dataset's column into one value. Each operator module holds one `Operator` named `OPERATOR`; `table.py` lists them.

numpy and other heavy modules are imported inside kernels only: checking a spec never loads them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal, Protocol

from synthdsl.base.record import record
from synthdsl.base.span import NOWHERE, Span
from synthdsl.dataset.vector import Constant
from synthdsl.types.terms import Type

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from synthdsl.dataset.batch import Batch
    from synthdsl.dataset.vector import Vector

Family = Literal["choice", "numbers", "identity", "time", "people", "text", "lists", "dataset", "symbols"]


@record
class Argument:
    """What the compiler knows of one argument.

    type: its type. constant: its value where that is known before the run. given: whether it was written
    (else the parameter's default stands here). span: its place.
    """

    type: Type
    constant: Constant | None = None
    given: bool = True
    span: Span = NOWHERE


@record
class CallSite:
    """A checked call: arguments in the order of the signature's parameters, extra ones after them."""

    arguments: dict[str, Argument]

    def constant(self, name: str) -> Any:
        """The value of an argument known at compile time; None when absent or not known."""
        argument = self.arguments.get(name)
        return argument.constant.value if argument and argument.constant else None

    def known(self, *names: str) -> bool:
        """Whether all of these are known at compile time."""
        return all((a := self.arguments.get(n)) is not None and a.constant is not None for n in names)


@record
class Problem:
    """What a check found: becomes a diagnostic at the named argument (at the call when there is none)."""

    code: str
    message: str
    argument: str | None = None
    notes: tuple[str, ...] = ()


@record
class Finite:
    """The exact distribution of a draw: each value with its probability; probabilities sum to 1."""

    outcomes: tuple[tuple[Any, float], ...]


@record
class Between:
    """All that is known is that the value lies between these, ends included (may be infinite)."""

    low: float
    high: float


Domain = Finite | Between


class Undefined(Exception):  # noqa: N818 (not an error of the program)
    """A value for which a function is undefined: becomes a diagnostic with row and column.

    message: one sentence, no 'you'. at: from a kernel, the position in the batch of the first row concerned.
    code: of the diagnostic.
    """

    def __init__(self, message: str, at: int | None = None, code: str = "E0801") -> None:
        super().__init__(message)
        self.at = at
        self.code = code


@record
class Operator:
    """One function, sampler or aggregate of the language.

    name: as written in a spec. family: the section of the reference it stands in.
    signatures: one line each, in the notation of `signature.py`, most specific first; the first one that fits wins.
    doc: Markdown; first sentence is the summary. source: paper or specification, if there is one.
    examples: expressions; for functions `(expression, value)`, executed by tests; for samplers `(expression, None)`.

    result: the type of a call where the signature alone cannot say it (a literal union of the choices ...);
        gets the call and the type the signature gives.
    check: finds what is wrong with known arguments.
    scalar: functions only: the value for one row, from Python values; it may raise `Undefined`.
        Defines the meaning; constant folding and templates use it.
        Arguments of a `**` parameter reach the scalar and the kernel as keywords, under the names the call gave them.
    kernel: vectors in, vector out. Functions: `kernel(n, *vectors)`; optional, must equal `scalar` row by row.
        Samplers: `kernel(draw, *vectors)`; required. Aggregates: see `fold`.
    within: samplers only: `within(draw, low, high, *vectors)` draws from what lies between two float64[n], ends
        included, and gives the values and for each row the probability of lying there. Times are counted: days since
        1970 of dates, seconds of timestamps. Where the probability is 0 the value means nothing.
    domain: samplers only: what values it can give, from the known arguments; None when nothing is known.
    fold: aggregates only: makes a `Fold`.
    groups: aggregates only: `groups(bounds, *vectors)` gives the values of many groups at once: rows stand group by
        group, none is empty, `bounds` (int64[groups + 1]) says where each begins. Equals the fold of each, or is None.
    vararg: the last parameter takes any number of further positional arguments (kernels get them in order).
    needs_row: the value depends on the row's number in its dataset, int64[n] counted from 0. Functions are called
        as `kernel(n, row, *vectors)` and have no `scalar`; samplers as `kernel(draw, row, *vectors)`, where row
        is None for rows that have no number (all but those of `of N`).
    whole: takes a whole column of another dataset as `WholeValues` where it is large, not as a list.
    runnable: False for functions which type-check but need later work to run (E0911).
    effects: it starts a process, or runs text of others: never while compiling, even where all arguments are known.
    library: the package that the values come from, so that another version of it may give others; empty for most.
    """

    name: str
    family: Family
    kind: Literal["function", "sampler", "aggregate"]
    signatures: tuple[str, ...]
    doc: str
    examples: tuple[tuple[str, Any], ...] = ()
    source: str = ""
    result: Callable[[CallSite, Type], Type] | None = None
    check: Callable[[CallSite], Iterable[Problem]] | None = None
    scalar: Callable[..., Any] | None = None
    kernel: Callable[..., Vector] | None = None
    within: Callable[..., tuple[Vector, Any]] | None = None
    domain: Callable[[CallSite], Domain | None] | None = None
    fold: Callable[[], Fold] | None = None
    groups: Callable[..., Vector | None] | None = None
    needs_row: bool = False
    whole: bool = False
    runnable: bool = True
    library: str = ""
    effects: bool = False


class Fold(Protocol):
    """A running aggregate over the batches of a dataset.

    Any cutting into batches and any grouping of merges give the same bits. Folds whose result depends on the
    order of rows (`collect`, `vote`) take batches in row order, and merge what comes after them.
    """

    def update(self, n: int, *vectors: Vector) -> None:
        """Take in a batch of n rows."""

    def merge(self, other: Fold) -> None:
        """Take in what another fold of the same kind has seen."""

    def result(self) -> Any:
        """The value so far. Raises `Undefined` where there is none, as for the mean of no rows."""


class Table(Protocol):
    """A dataset or source at run time, as samplers and functions see it (argument type `dataset`)."""

    @property
    def rows(self) -> int:
        """How many rows it has."""

    @property
    def names(self) -> Sequence[str]:
        """Its columns."""

    def column(self, name: str) -> list[Any]:
        """All values of a column, in row order; do not change the list."""

    def gather(self, name: str, index: NDArray[Any]) -> Vector:
        """The values of a column at row numbers, integers in any order, repeats allowed."""

    def batch(self, start: int, stop: int, names: Sequence[str] | None = None) -> Batch:
        """The rows `start` to `stop` (excluded), with all columns or those named."""

    def batches(self, size: int, names: Sequence[str] | None = None) -> Iterator[Batch]:
        """The rows in order, `size` at a time, with all columns or those named."""
