"""What a step of a pipeline is: parameters, documentation, the row that comes out, the work, in one file of its own.

A step turns a whole table into another. Most choose rows (`Chosen`): they give row numbers, so nothing is copied and
memory holds 8 bytes a row. Heads (`mix`, `union`, `join`) begin a pipeline from several tables. Each module holds one
`StepOperator` named `STEP`; `table.py` lists them. Heavy modules are imported inside the work only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from synthdsl.base.record import record
from synthdsl.ops.contract import Argument, Problem
from synthdsl.types.terms import RecordType, Type

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from synthdsl.dataset.address import Draw
    from synthdsl.dataset.vector import Vector
    from synthdsl.dataset.views import Rows

    Ints = NDArray[np.int64]
    Keys = NDArray[np.uint64]

Takes = Literal["row", "condition", "columns", "constant", "share", "dataset", "column", "aggregate", "type"]
"""What an argument is: an expression over the row; a condition over it; one or several columns of the row; what is
known before the run; a share, or two with `..` between them; a dataset by name; a column of another dataset; an
aggregate over rows; a declared type."""


@record
class StepParameter:
    """One parameter. type: what its value must be, None for anything. default: of constants that are not given.

    required: whether it must be given. positional: whether it may be given without its name, in the order listed.
    """

    name: str
    takes: Takes
    doc: str
    type: Type | None = None
    required: bool = False
    positional: bool = False
    default: Any = None


@record
class StepSite:
    """A checked step: the row before it, and its arguments by name, in the order written.

    rows: for heads, the rows of all tables by the names of their datasets; `row` is then that of the first.
    lineage: the dataset whose rows these descend from, one after another: nearest first.
    """

    row: RecordType
    given: Mapping[str, Argument]
    rows: tuple[tuple[str, RecordType], ...] = ()
    lineage: tuple[str, ...] = ()

    def constant(self, name: str, default: Any = None) -> Any:
        """The value of an argument known before the run; the default when it is absent or not known."""
        argument = self.given.get(name)
        return argument.constant.value if argument and argument.constant else default


@record
class Dropped:
    """Why rows went: the reason, how many, and up to three texts that show it."""

    reason: str
    rows: int
    examples: tuple[str, ...] = ()


@dataclass(slots=True, eq=False)
class Chosen:
    """Rows of the table, by number, in the order they come out.

    columns: for new columns, a vector with the value of each chosen row. dropped: why the others went.
    """

    index: Ints
    columns: dict[str, Vector] = field(default_factory=dict)
    dropped: tuple[Dropped, ...] = ()


@dataclass(slots=True, eq=False)
class Formed:
    """Another table. dropped: why rows of the one before are not in it."""

    table: Rows
    dropped: tuple[Dropped, ...] = ()


@dataclass(slots=True, eq=False)
class Mapped:
    """A row for each row: the columns are the step's arguments, computed when they are read."""


Came = Chosen | Formed | Mapped


class StepInput(Protocol):
    """What the work sees."""

    @property
    def name(self) -> str:
        """The name of the step."""

    @property
    def rows(self) -> int:
        """How many rows the table has."""

    @property
    def table(self) -> Rows:
        """The table itself; for heads the first."""

    @property
    def tables(self) -> Sequence[tuple[str, Rows]]:
        """For heads, all tables with the names of their datasets."""

    @property
    def scratch(self) -> Path:
        """A folder for temporary files, which the step makes; it goes when the pipeline is finished."""

    def has(self, name: str) -> bool:
        """Whether an argument was given."""

    def constant(self, name: str) -> Any:
        """The value of an argument known before the run, else its default."""

    def names(self) -> Sequence[str]:
        """The arguments given, in the order written."""

    def values(self, name: str) -> Iterator[tuple[int, Vector]]:
        """An expression over the row: so many rows with their values, in order, piece after piece."""

    @property
    def lineage(self) -> Sequence[str]:
        """The datasets from whose rows the rows were made, nearest first."""

    def values_at(self, name: str, rows: Ints) -> Vector:
        """An expression over the row for some rows, by their numbers."""

    def parts(self, name: str) -> Sequence[str]:
        """The names of the columns that a `columns` argument lists; `values` takes `name.0`, `name.1`, ..."""

    def other(self, name: str) -> tuple[Rows, str]:
        """A `dataset` argument as a table (the text is empty), or a `column` argument: a table, and its column."""

    def target(self, name: str) -> str:
        """The name of the dataset of a `dataset` argument."""

    def draw(self, slot: int = 0) -> Draw:
        """What is random for all rows: addressed by seed, dataset, step and the rows' keys."""

    def draw_of(self, keys: Keys | None) -> Draw:
        """What is random for keys other than those of the rows; None: for the rows."""

    def draw_for(self, table: Rows, slot: int) -> Draw:
        """The same for the rows of one of several tables."""

    def grouped(self, name: str, order: Ints, starts: Ints) -> Vector:
        """An aggregate for groups of rows: group g has the rows `order[starts[g]:starts[g + 1]]`.

        Where a group is empty and the aggregate has no value, it is null.
        """

    def ancestors(self, target: str) -> tuple[Rows, Ints]:
        """The table of a dataset that the rows descend from, and for each row the number of its ancestor in it."""

    def no_value(self, message: str, argument: str = "", code: str = "E0801", note: str = "") -> Exception:
        """To raise where the step cannot go on: stops the run at the argument, or at the step."""


@record
class StepOperator:
    """One step or head.

    result: the row that comes out, from the site; may add to `problems` what is wrong with it.
    check: finds what is wrong with known arguments. rest: what further named arguments take, None where there are none.
    bounds: at least and at most how many rows come out, from those that go in (None: unknown).
    lineage: whether the rows that come out still are rows of the table (their ancestors are the same).
    needs: the extra of this package that the work needs, and a module by which its presence is told; else empty.
    work: None for steps that are checked only (E0905).
    """

    name: str
    kind: Literal["step", "head"]
    doc: str
    parameters: tuple[StepParameter, ...]
    result: Callable[[StepSite], RecordType]
    example: str
    source: str = ""
    rest: Takes | None = None
    rest_doc: str = ""
    check: Callable[[StepSite], Iterable[Problem]] | None = None
    bounds: Callable[[StepSite, int, int | None], tuple[int, int | None]] | None = None
    lineage: bool = True
    needs: tuple[str, str] = ("", "")
    work: Callable[[StepInput], Came] | None = None

    def parameter(self, name: str) -> StepParameter | None:
        """The parameter of that name."""
        return next((p for p in self.parameters if p.name == name), None)


def same_row(site: StepSite) -> RecordType:
    """The row as it is."""
    return site.row


def whole(pieces: Iterable[tuple[int, Vector]]) -> Vector:
    """The pieces of `StepInput.values` as one vector; an empty list for no rows."""
    from synthdsl.dataset.vector import concat

    found = list(pieces)
    return concat([v for _, v in found], [n for n, _ in found]) if found else []
