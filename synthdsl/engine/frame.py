"""A frame: a batch of rows while its columns are being made, and what expressions may look at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from synthdsl.dataset.address import Draw, stream
from synthdsl.dataset.column import WholeValues
from synthdsl.dataset.vector import Constant, Vector, take

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from synthdsl.model.expr import Collect, Expr
    from synthdsl.ops.contract import Table

    Keys = NDArray[np.uint64]
    Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Loop:
    """An expression compiled to one loop over rows.

    lifts: what is computed beforehand, as locals. names: the columns and locals it reads, in the order of its
    parameters. expr: kept alive, since it is found again by identity.
    """

    expr: Expr
    lifts: tuple[tuple[str, Expr], ...]
    names: tuple[str, ...]
    function: Callable[..., list[Any]]


@dataclass(frozen=True, slots=True)
class World:
    """What does not change during a run: seed, finished tables by dataset, caches of compiled row functions.

    functions, rewritten, settled: by expression identity; an entry keeps its expression alive.
    settled: the value of what is the same for every row, None while it was not asked for; False for what is not.
    columns: whole columns of tables, by dataset and name.
    """

    seed: int
    tables: Mapping[str, Table]
    functions: dict[int, Loop] = field(default_factory=dict)
    rewritten: dict[int, tuple[Collect, Collect]] = field(default_factory=dict)
    settled: dict[int, tuple[Expr, Constant | Literal[False] | None]] = field(default_factory=dict)
    columns: dict[tuple[str, str], WholeValues] = field(default_factory=dict)

    def column(self, dataset: str, name: str) -> WholeValues:
        """A column of a finished table as a value; the same object for the whole run."""
        found = self.columns.get((dataset, name))
        if found is None:
            found = self.columns[dataset, name] = WholeValues(self.tables[dataset], name)
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """n rows of a dataset.

    dataset: the address of the dataset. keys: uint64[n]. numbers: row numbers for `of N`, int64[n]; None for rows
    that have none. attempts: how often each row was drawn before, or None at first.
    columns: finished vectors by column. locals: vectors of loop variables and parameters.
    column: the address of the column being made.
    """

    world: World
    dataset: str
    n: int
    keys: Keys
    numbers: Ints | None
    columns: dict[str, Vector]
    attempts: Ints | None = None
    locals: Mapping[str, Vector] = field(default_factory=dict)
    column: str = ""

    def at(self, index: NDArray[Any]) -> Frame:
        """The rows at positions (or a mask)."""
        keys = self.keys[index]
        return replace(
            self,
            n=len(keys),
            keys=keys,
            numbers=None if self.numbers is None else self.numbers[index],
            attempts=None if self.attempts is None else self.attempts[index],
            columns={k: take(v, index) for k, v in self.columns.items()},
            locals={k: take(v, index) for k, v in self.locals.items()},
        )

    def only(self, names: set[str]) -> Frame:
        """The same rows with some of the columns: what is not read is not carried along."""
        return replace(self, columns={k: v for k, v in self.columns.items() if k in names})

    def for_column(self, address: str) -> Frame:
        """The frame for making the column of that address."""
        return replace(self, column=address)

    def with_local(self, name: str, vector: Vector) -> Frame:
        """One more local."""
        return replace(self, locals={**self.locals, name: vector})

    def draw(self, slot: int) -> Draw:
        """The address of one draw of the column being made."""
        return Draw(stream(self.world.seed, self.dataset, self.column, slot), self.keys, self.attempts)
