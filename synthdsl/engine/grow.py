"""Datasets that grow in rounds: each round sees the rows accepted in those before it.

In: a plan whose rows have a batch, and what makes the rows of a stretch. Out: accepted rows, round by round. Within a
round rows are made as anywhere else, in any order and all at once, over the pool as it was when the round began; then
the rules that look at the pool judge them one after another by their number, and see those accepted before them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.dataset.address import number_keys
from synthdsl.dataset.vector import Vector, concat, take, to_list
from synthdsl.dataset.views import Held
from synthdsl.engine.compared import KEEP_BEST, compared
from synthdsl.engine.evaluate import mask_of
from synthdsl.engine.failing import RunError, evaluated, row_name
from synthdsl.engine.frame import Frame, World
from synthdsl.engine.novelty import Novelty, novelty_of
from synthdsl.engine.rows import Fate
from synthdsl.engine.work import Job, Result
from synthdsl.plan.steps import ArchivePlan, DatasetPlan, FreshPlan, Judge

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Keys = NDArray[np.uint64]

BARREN = 3
"""Rounds in a row that may accept nothing; then the pool has stopped growing."""

MakeRows = Callable[[Job, World, int, int], Result]
"""Makes the candidates of a round: a job that keeps all columns, the world with the pool, first and last number."""


@dataclass(frozen=True, slots=True)
class Cell:
    """The best row with some keys. place: its number among the rows of the archive."""

    score: float
    place: int


@dataclass(slots=True)
class Grown:
    """The accepted rows of one round, how many candidates it had, and what the rules did."""

    keys: Keys
    columns: dict[str, Vector]
    rows: int
    candidates: int
    fates: dict[str, Fate]


@dataclass(slots=True, eq=False)
class Growing:
    """One dataset, round after round. limit: at most so many accepted rows. barren: rounds in a row without any.

    In an archive one row for each combination of keys stays, the best so far, at most `limit` of them; all candidates
    are tried, because each may be better than what is there.
    refused: for candidates of the last round, by number, the rule over the pool that dropped them.
    """

    plan: DatasetPlan
    seed: int
    tables: dict[str, Any]
    make: MakeRows
    limit: int
    keys: list[Keys] = field(default_factory=list)
    columns: dict[str, list[Vector]] = field(default_factory=dict)
    sizes: list[int] = field(default_factory=list)
    barren: int = 0
    refused: dict[int, str] = field(default_factory=dict)
    cells: dict[bytes, Cell] = field(default_factory=dict)

    @property
    def accepted(self) -> int:
        """Rows in the pool."""
        return sum(self.sizes)

    def rounds(self, until: int | None = None, begin: int = 0) -> Iterator[Grown]:
        """The rounds, until enough rows are accepted, all candidates are tried or nothing is accepted any more.

        until: stop before the round with the candidate of that number. begin: the first candidate of a round to go on
        from.
        """
        rows = self.plan.rows
        assert isinstance(rows, FreshPlan) and rows.batch is not None
        total = rows.count if rows.within is None else rows.within
        for start in range(begin, total, rows.batch):
            stop = min(start + rows.batch, total)
            full = self.accepted >= self.limit and self.plan.archive is None
            if full or self.barren >= BARREN or (until is not None and until < stop):
                return
            grown = self._round(start, stop)
            self.barren = 0 if grown.rows else self.barren + 1
            # The rows of an archive are known when all are compared.
            yield grown if self.plan.archive is None else replace(grown, rows=0, keys=grown.keys[:0], columns={})

    def archived(self) -> Grown | None:
        """The rows of an archive after its last round; None of a pool whose rounds gave their rows."""
        if self.plan.archive is None or not self.accepted:
            return None
        pool = self.pool()
        return Grown(pool.keys(), dict(pool.columns), pool.rows, 0, {})

    def pool(self) -> Held:
        """The accepted rows as a table."""
        import numpy as np

        none: Keys = np.empty(0, dtype=np.uint64)
        names = [f.name for f in self.plan.row.fields]
        columns: dict[str, Vector] = {n: concat(self.columns[n], self.sizes) if self.sizes else [] for n in names}
        return Held(np.concatenate([none, *self.keys]), columns, lambda row: [])

    def one_more(self, number: int) -> int:
        """Make the round of a candidate, after those before it; gives the number that the next round begins with."""
        rows = self.plan.rows
        assert isinstance(rows, FreshPlan) and rows.batch is not None
        start = number // rows.batch * rows.batch
        self._round(start, start + rows.batch)
        return start + rows.batch

    def stays(self, key: int, begin: int) -> bool:
        """Whether a row is in the archive in the end. begin: the round to go on from."""
        for _ in self.rounds(begin=begin):
            pass
        return bool((self.pool().keys() == key).any())

    def _round(self, start: int, stop: int) -> Grown:
        import numpy as np

        names = tuple(f.name for f in self.plan.row.fields)
        tables = {**self.tables, self.plan.id: self.pool()}
        world = World(self.seed, tables)
        once = replace(self.plan, rows=FreshPlan(stop, None), pool=(), keep=names)
        job = Job(once, self.seed, tables, (), (), names)
        result = self.make(job, world, start, stop)
        fates = dict(result.fates)
        if not result.rows or result.keys is None:
            return Grown(np.empty(0, dtype=np.uint64), {n: [] for n in names}, 0, stop - start, fates)
        kept = self._judged(world, result, start, stop, fates)
        if self.plan.archive is not None:
            return self._compare(self.plan.archive, world, result, kept, start, stop, fates)
        kept = kept[: self.limit - self.accepted]
        index = np.array(kept, dtype=np.int64)
        columns = {n: take(result.columns[n], index) for n in names}
        keys = result.keys[index]
        if len(kept):
            self.keys.append(keys)
            self.sizes.append(len(kept))
            for name in names:
                self.columns.setdefault(name, []).append(columns[name])
        return Grown(keys, columns, len(kept), stop - start, fates)

    def _compare(
        self,
        archive: ArchivePlan,
        world: World,
        result: Result,
        kept: list[int],
        start: int,
        stop: int,
        fates: dict[str, Fate],
    ) -> Grown:
        """Put the rows of a round into the archive, one after another; gives those that were taken in."""
        import numpy as np

        assert result.keys is not None
        index = np.array(kept, dtype=np.int64)
        frame = Frame(world, self.plan.address, result.rows, result.keys, None, dict(result.columns)).at(index)
        fate = fates.setdefault(KEEP_BEST, Fate())
        old = self.accepted
        taken = 0
        for at, (cell, score) in enumerate(compared(archive, frame, self.plan.id)):
            found = self.cells.get(cell)
            fate.tried += 1
            if (found is None and len(self.cells) >= self.limit) or (found is not None and found.score >= score):
                fate.dropped += 1
                self.refused[self._number(start, stop, result.keys[index[at]])] = KEEP_BEST
                continue
            # The row that it takes the place of is dropped as well.
            fate.dropped += found is not None
            taken += 1
            self.cells[cell] = Cell(score, old + at)
        places = np.array(sorted(cell.place for cell in self.cells.values()), dtype=np.int64)
        at_place = {int(place): i for i, place in enumerate(places.tolist())}
        self.cells = {k: Cell(c.score, at_place[c.place]) for k, c in self.cells.items()}
        sizes = [*self.sizes, frame.n]
        for name in (f.name for f in self.plan.row.fields):
            whole = concat([*self.columns.get(name, []), frame.columns[name]], sizes)
            self.columns[name] = [take(whole, places)]
        self.keys = [np.concatenate([*self.keys, frame.keys])[places]]
        self.sizes = [len(places)]
        return Grown(self.keys[0], {}, taken, stop - start, fates)

    def _number(self, start: int, stop: int, key: np.uint64) -> int:
        import numpy as np

        return start + int(np.flatnonzero(number_keys(start, stop) == key)[0])

    def _judged(self, world: World, result: Result, start: int, stop: int, fates: dict[str, Fate]) -> list[int]:
        """The rows, by their place among those made, that the rules over the pool let pass."""
        import numpy as np

        self.refused.clear()
        if not self.plan.pool:
            return list(range(result.rows))
        assert result.keys is not None
        order = np.argsort(number_keys(start, stop), kind="stable")
        numbers = start + order[np.searchsorted(number_keys(start, stop)[order], result.keys)]
        frame = Frame(world, self.plan.address, result.rows, result.keys, numbers, dict(result.columns))
        tests = [self._test(judge, frame) for judge in self.plan.pool]
        accepted: list[int] = []
        flags: dict[int, list[str]] = {}
        for at in range(frame.n):
            passed = True
            for judge, test in zip(self.plan.pool, tests, strict=True):
                fate = fates.setdefault(judge.rule, Fate())
                fate.tried += 1
                if test(at, accepted):
                    continue
                if judge.action == "fail":
                    message = f"The rule '{judge.rule}' of '{self.plan.id}' does not hold for {row_name(frame, at)}."
                    raise RunError(Diagnostic("E0804", message, judge.condition.span))
                if judge.action == "flag":
                    fate.flagged += 1
                    flags.setdefault(at, []).append(judge.rule)
                    continue
                fate.dropped += 1
                self.refused[int(numbers[at])] = judge.rule
                passed = False
                break
            if passed:
                accepted.append(at)
        if flags:
            before = to_list(result.columns["flags"], result.rows)
            result.columns["flags"] = [sorted([*row, *flags.get(at, ())]) for at, row in enumerate(before)]
        return accepted

    def _test(self, judge: Judge, frame: Frame) -> Callable[[int, list[int]], bool]:
        """Whether a row passes, given which rows of the round were accepted before it."""
        subject = f"Rule '{judge.rule}' of '{self.plan.id}'"
        quick = novelty_of(judge.condition, self.plan.id)
        if quick is not None:
            return Novelty(quick, frame, subject).holds

        def slow(at: int, accepted: list[int]) -> bool:
            import numpy as np

            # Whatever the condition asks of the pool: it is evaluated over the pool as it is now.
            pool: Held = frame.world.tables[self.plan.id]  # type: ignore[assignment]
            if accepted:
                index = np.array(accepted, dtype=np.int64)
                sizes = [pool.rows, len(accepted)]
                columns = {n: concat([pool.columns[n], take(v, index)], sizes) for n, v in frame.columns.items()}
                pool = Held(np.concatenate([pool.keys(), frame.keys[index]]), columns, lambda row: [])
            world = World(frame.world.seed, {**frame.world.tables, self.plan.id: pool})
            one = replace(frame.at(np.array([at])), world=world)
            return bool(mask_of(evaluated(subject, judge.condition, one), 1)[0])

        return slow
