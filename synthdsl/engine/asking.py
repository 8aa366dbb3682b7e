"""Calls for rows: prompts rendered for all rows that are ready, answers read, asked again where they do not fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from struct import Struct
from typing import Any

from synthdsl.base.digest import hash64
from synthdsl.base.span import NOWHERE
from synthdsl.dataset.address import item_keys
from synthdsl.dataset.validate import fits
from synthdsl.dataset.vector import to_list
from synthdsl.engine.calls import Calls
from synthdsl.engine.evaluate import evaluate
from synthdsl.engine.failing import call_failed
from synthdsl.engine.flow import Flow
from synthdsl.engine.frame import Frame
from synthdsl.engine.program import Node
from synthdsl.engine.walker import Row
from synthdsl.llm.extras import document
from synthdsl.llm.reply import CallFailed, Reply
from synthdsl.llm.request import Form, Identity, Message, ModelSpec, Request
from synthdsl.llm.typed.ask import told
from synthdsl.llm.typed.exchange import Exchange, GivenUp, Reading
from synthdsl.llm.typed.extras import ExtrasReader
from synthdsl.llm.typed.read import Reader
from synthdsl.llm.typed.schema import schema_of
from synthdsl.model.work import Call, Chat, Invoke, Iterate, Turn
from synthdsl.ops.contract import Undefined
from synthdsl.types.terms import STR, Type

_SAMPLE = Struct("<QQII")
ANSWERING = ("temperature", "top_p", "max_tokens", "seed", "stop")
"""Settings that change what a model answers."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What all calls of one statement to one model share. stream: the address of its samples, None at temperature 0."""

    identity: Identity
    reader: Reading
    stream: int | None

    def sample(self, key: int, number: int, attempt: int) -> bytes:
        """The address of one answer; empty where equal requests share one."""
        return b"" if self.stream is None else _SAMPLE.pack(self.stream, key, number, attempt)


@dataclass(slots=True, eq=False)
class Pending:
    """The calls of one statement for one row. values: by slot; left: how many are missing.

    finish: takes the values. keys: of all requests made. stale: nobody waits any more.
    """

    row: Row
    node: Node
    values: list[Any]
    left: int
    finish: Callable[[Pending], None]
    keys: list[bytes] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    stale: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """One call to be made: row (position in the frame), key of the item, model, messages."""

    row: int
    key: int
    model: str
    messages: tuple[Message, ...]


@dataclass(slots=True, eq=False)
class Asker:
    """Makes the requests of one dataset. models: by alias. used: see `engine.run.DatasetReport`."""

    dataset: str
    address: str
    seed: int
    models: Mapping[str, ModelSpec]
    calls: Calls
    used: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    _prepared: dict[tuple[int, str], Prepared] = field(default_factory=dict)

    # --- what is asked

    def prepared(
        self, work: object, column: str, settings: Sequence[tuple[str, Any]], type_: Type, alias: str
    ) -> Prepared:
        """The form of a statement's calls to a model."""
        found = self._prepared.get((id(work), alias))
        if found is None:
            found = self._prepared[id(work), alias] = self._prepare(work, column, dict(settings), type_, alias)
        return found

    def _prepare(self, work: object, column: str, settings: dict[str, Any], type_: Type, alias: str) -> Prepared:
        model = self.models[alias]
        merged = {n: v for n, v in model.arguments if n in ANSWERING} | {
            n: v for n, v in settings.items() if n in ANSWERING
        }
        retries = settings.get("retries", model.setting("retries", 2))
        extras = work.extras if isinstance(work, Call) else None
        base = type_ if extras is None else extras.base
        timeout = float(settings.get("timeout", model.setting("timeout", 120.0)))
        form = Form(
            f"{self.dataset}.{column}",
            model,
            tuple(sorted(merged.items())),
            schema_of(base, column.rsplit(".", 1)[-1]),
            isinstance(work, Call) and work.is_completion,
            logprobs=extras is not None and extras.logprobs,
            tools=() if extras is None else tuple(document(tool) for tool in extras.tools),
            retries=retries,
            timeout=timeout,
            answer=base,
            extras=extras,
            span=work.model.span if isinstance(work, Call | Turn) else NOWHERE,
        )
        stream = None if merged.get("temperature") == 0 else hash64("call", self.seed, self.address, column)
        reader = Reader(base, form.complete) if extras is None else ExtrasReader(extras, form.complete)
        return Prepared(Identity(form), reader, stream)

    def ask(self, flow: Flow, node: Node, call: Call, rows: list[Row]) -> None:
        """Make the calls of an `llm` statement for rows that are ready for it."""
        rows = self._wanted(flow, node, call, rows)
        if not rows:
            return
        for some, slots in self._rendered(flow, node, call, rows):
            self._send(flow, node, call, some, slots, partial(self._answered, flow, call))

    def _wanted(self, flow: Flow, node: Node, call: Call, rows: list[Row]) -> list[Row]:
        if call.when is None:
            return rows
        rows, tested = flow.values(call.when, rows, node)
        for row, holds in zip(rows, tested, strict=True):
            if not holds:
                flow.complete(node, row, None)
        return [r for r, holds in zip(rows, tested, strict=True) if holds]

    def _rendered(self, flow: Flow, node: Node, call: Call, rows: list[Row]) -> list[tuple[list[Row], list[Slot]]]:
        """The calls to make; where a row has no value for its prompt, it alone is lost."""
        try:
            return [(rows, slots_of(call, flow.frame(rows, node.reads, node)))]
        except Undefined as reason:
            if len(rows) == 1:
                flow.lose(rows[0], node, reason.code, str(reason))
                return []
        return [one for row in rows for one in self._rendered(flow, node, call, [row])]

    def _send(
        self,
        flow: Flow,
        node: Node,
        call: Call,
        rows: list[Row],
        slots: list[Slot],
        finish: Callable[[Pending], None],
        address: str = "",
    ) -> None:
        samples = call.samples or 1
        pendings = [Pending(r, node, [], 0, finish) for r in rows]
        asked: list[tuple[Pending, int, Exchange, Request]] = []
        for slot in slots:
            pending = pendings[slot.row]
            row = pending.row
            prepared = self.prepared(call, address or node.address, call.settings, call.answer, slot.model)
            told_before = row.told.get(node.place)
            for number in range(samples):
                at = pending.left
                pending.left += 1
                messages = slot.messages
                attempt = row.attempt(node)
                if told_before is not None and at < len(told_before.answers):
                    answer = told_before.answers[at]
                    messages = told(messages, answer, told_before.rule, told_before.text, attempt + 1)
                sample = prepared.sample(slot.key, number, attempt)
                exchange = Exchange(prepared.identity, prepared.reader, messages, sample)
                asked.append((pending, at, exchange, exchange.begin()))
        for pending in pendings:
            pending.values = [None] * pending.left
            pending.texts = [""] * pending.left
            pending.row.pending[node.place] = pending
            if not pending.left:
                pending.finish(pending)
        self._look_up(flow, asked)

    # --- answers

    def _look_up(self, flow: Flow, asked: list[tuple[Pending, int, Exchange, Request]]) -> None:
        """Take what is stored; ask for the rest."""
        while asked:
            found = self.calls.lookup([request for *_, request in asked])
            again: list[tuple[Pending, int, Exchange, Request]] = []
            for pending, at, exchange, request in asked:
                pending.keys.append(request.key)
                reply = found.get(request.key)
                if reply is None:
                    came = partial(self._came, flow, pending, at, exchange, request)
                    self.calls.submit(request, _priority(pending), came)
                    continue
                if flow.watch is not None:
                    flow.watch.asked(pending.node, pending.row, request, reply, True)
                more = self._taken(flow, pending, at, exchange, request, reply)
                if more is not None:
                    again.append((pending, at, exchange, more))
            asked = again

    def _came(
        self, flow: Flow, pending: Pending, at: int, exchange: Exchange, request: Request, outcome: Reply | CallFailed
    ) -> None:
        """The outcome of a call that was submitted; also for rows that are out, since calls end in any order."""
        if flow.watch is not None:
            flow.watch.asked(pending.node, pending.row, request, outcome, False)
        if isinstance(outcome, CallFailed):
            self._failed(flow, pending, outcome)
        elif not pending.stale and not pending.row.root.dead:
            more = self._taken(flow, pending, at, exchange, request, outcome)
            if more is not None:
                self._look_up(flow, [(pending, at, exchange, more)])
        flow.happened()

    def _failed(self, flow: Flow, pending: Pending, failure: CallFailed) -> None:
        if failure.reach == "run":
            flow.error = flow.error or call_failed(failure)
        elif not pending.stale:
            calls = tuple(pending.keys)
            flow.lose(pending.row, pending.node, failure.code, failure.message, failure.body, calls)

    def _taken(
        self, flow: Flow, pending: Pending, at: int, exchange: Exchange, request: Request, reply: Reply
    ) -> Request | None:
        """Read an answer: it is a value, or another request, or the row is lost."""
        usage = reply.usage
        form = request.form
        used = self.used.setdefault((form.column, form.model.alias), [0] * 5)
        used[0] += 1
        used[1] += usage.input
        used[2] += usage.output
        used[3] += usage.cached
        outcome = exchange.take(reply)
        if isinstance(outcome, Request | GivenUp):
            used[4] += 1
            self.calls.refused(request)
        if isinstance(outcome, Request):
            return outcome
        if isinstance(outcome, GivenUp):
            problem = outcome.problem
            flow.lose(pending.row, pending.node, problem.code, problem.message, reply.text, tuple(pending.keys))
            return None
        pending.values[at] = outcome.value
        pending.texts[at] = outcome.text
        pending.left -= 1
        if not pending.left:
            pending.finish(pending)
        return None

    def _answered(self, flow: Flow, call: Call, pending: Pending) -> None:
        """All answers of an `llm` statement are there: the value of its column."""
        row, node, values = pending.row, pending.node, pending.values
        row.pending.pop(node.place, None)
        if node.keeps:
            row.answers[node.place] = tuple(pending.texts)
        samples = call.samples
        if samples is not None and call.items is not None:
            values = [values[i : i + samples] for i in range(0, len(values), samples)]
        elif samples is None and call.items is None:
            flow.complete(node, row, values[0])
            return
        assert node.type is not None
        reason = fits(values, node.type)
        if reason:
            flow.lose(row, node, "E0809", f"{reason}.", "", tuple(pending.keys))
        else:
            flow.complete(node, row, values)

    # --- remedies

    def repair(self, flow: Flow, judge: Node, target: Node, call: Call, row: Row) -> None:
        """Ask for another value of a column; it replaces the old one."""
        address = f"{target.address}.{judge.address}"
        for rows, slots in self._rendered(flow, judge, call, [row]):
            finish = partial(self._repaired, flow, target)
            self._send(flow, judge, call, rows, slots, finish, address)

    def _repaired(self, flow: Flow, target: Node, pending: Pending) -> None:
        row = pending.row
        row.pending.pop(pending.node.place, None)
        flow.replaced(target, row, pending.values[0])

    # --- loops, recipes, dialogues

    def within(self, flow: Flow, node: Node, rows: list[Row]) -> None:
        """Begin what makes several calls one after another."""
        from synthdsl.engine import inside, talk

        match node.what:
            case Iterate():
                inside.iterate(flow, node, node.what, rows)
            case Invoke():
                inside.invoke(flow, node, node.what, rows)
            case Chat():
                talk.chat(flow, self, node, node.what, rows)

    def say(
        self, flow: Flow, node: Node, turn: object, row: Row, key: int, model: str, messages: tuple[Message, ...],
        column: str, finish: Callable[[Pending], None],
    ) -> None:  # fmt: skip
        """One message of a dialogue."""
        prepared = self.prepared(turn, column, (), STR, model)
        pending = Pending(row, node, [None], 1, finish, texts=[""])
        row.pending[node.place] = pending
        sample = prepared.sample(key, 0, row.attempt(node))
        exchange = Exchange(prepared.identity, prepared.reader, messages, sample)
        self._look_up(flow, [(pending, 0, exchange, exchange.begin())])


GROUP = 512
"""Rows that go side by side: early columns come first among them, so that none has its whole chain left in the end."""


def _priority(pending: Pending) -> tuple[int, ...]:
    """Groups of rows one after another, within a group column after column."""
    order = pending.row.order
    return (order // GROUP, pending.node.depth, order)


def slots_of(call: Call, frame: Frame) -> list[Slot]:
    """The calls of a statement for a frame's rows, row by row, item by item. Raises `Undefined`."""
    import numpy as np

    rows = np.arange(frame.n)
    if call.items is not None and call.local is not None:
        lists = to_list(evaluate(call.items, frame), frame.n)
        counts = np.fromiter(map(len, lists), dtype=np.int64, count=frame.n)
        rows = np.repeat(rows, counts)
        numbers = np.arange(len(rows), dtype=np.int64) - (np.cumsum(counts) - counts)[rows]
        frame = frame.at(rows)
        frame = replace(frame, keys=item_keys(frame.keys, numbers))
        frame = frame.with_local(call.local, list(chain.from_iterable(lists)))
    if not frame.n:
        return []
    models = [m.name for m in to_list(evaluate(call.model, frame), frame.n)]
    texts = [to_list(evaluate(p.text, frame), frame.n) for p in call.prompts]
    roles = ["user" if p.role == "complete" else p.role for p in call.prompts]
    shots = _shots(call, frame)
    keys = frame.keys.tolist()
    slots: list[Slot] = []
    for i, row in enumerate(rows.tolist()):
        messages = [Message(role, texts[k][i]) for k, role in enumerate(roles)]
        if shots is not None:
            first = next((k for k, m in enumerate(messages) if m.role != "system"), len(messages))
            messages[first:first] = shots[i]
        slots.append(Slot(row, keys[i], models[i], tuple(messages)))
    return slots


def _shots(call: Call, frame: Frame) -> list[list[Message]] | None:
    """Few-shot turns for each row."""
    examples = call.examples
    if examples is None:
        return None
    import numpy as np

    from synthdsl.llm.typed.turns import turns

    lists = to_list(evaluate(examples.rows, frame), frame.n)
    counts = np.fromiter(map(len, lists), dtype=np.int64, count=frame.n)
    index = np.repeat(np.arange(frame.n), counts)
    flat = frame.at(index).with_local(examples.local, list(chain.from_iterable(lists)))
    users = to_list(evaluate(examples.user, flat), flat.n) if flat.n else []
    answers = to_list(evaluate(examples.answer, flat), flat.n) if flat.n else []
    messages = turns(zip(users, answers, strict=True), call.answer if call.extras is None else call.extras.base)
    out: list[list[Message]] = [[] for _ in range(frame.n)]
    for i, row in enumerate(index.tolist()):
        out[row].extend(messages[2 * i : 2 * i + 2])
    return out
