"""Dialogues: the messages of a `chat` one after another, each seen by those that follow."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from synthdsl.base.digest import hash64
from synthdsl.dataset.address import Draw, stream
from synthdsl.engine.program import Node
from synthdsl.engine.walker import Row
from synthdsl.llm.request import Message
from synthdsl.model.work import Chat, StopTalk, Turn

if TYPE_CHECKING:
    from synthdsl.engine.asking import Asker, Pending
    from synthdsl.engine.flow import Flow


@dataclass(slots=True, eq=False)
class Talk:
    """One dialogue of one row. wanted: turns; least: turns before `stop when` is tested. done: messages of whole
    turns. said: those of the turn at hand. part: which part of it comes next."""

    flow: Flow
    asker: Asker
    row: Row
    node: Node
    what: Chat
    wanted: int
    least: int
    turn: int = 0
    part: int = 0
    done: list[dict[str, str]] = field(default_factory=list)
    said: list[dict[str, str]] = field(default_factory=list)
    last: dict[str, str] = field(default_factory=dict)

    def go(self) -> None:
        """On to the next message, or the end."""
        what = self.what
        while self.turn < self.wanted:
            if self.part == len(what.parts):
                self.done += self.said
                self.said, self.part = [], 0
                self.turn += 1
                continue
            part = what.parts[self.part]
            self.part += 1
            if isinstance(part, Turn):
                self._speak(part)
                return
            if self.turn >= self.least:
                stopped = self._values(part)
                if stopped is None:
                    return
                if stopped[0]:
                    break
        self._finish()

    def _values(self, part: StopTalk) -> list[Any] | None:
        alive, values = self.flow.values(part.condition, [self._view()], self.node)
        return values if alive else None

    def _view(self) -> Row:
        """The row as prompts see it: with the transcript so far and what each role said last."""
        transcript = {self.what.local: [*self.done, *self.said]}
        row = self.row
        view = Row(row.program, self._key(), row.number, {**row.values, **transcript, **self.last}, 0, self)
        view.root = row.root
        return view

    def _key(self) -> int:
        return hash64("turn", self.row.key, self.turn, self.part, self.row.attempt(self.node))

    def ended(self, row: Row) -> None:
        """Views do not run."""

    def _speak(self, turn: Turn) -> None:
        view = self._view()
        alive, models = self.flow.values(turn.model, [view], self.node)
        if not alive:
            return
        if turn.prompt is None:
            messages = _from_the_side_of(turn.role, [*self.done, *self.said])
        else:
            alive, texts = self.flow.values(turn.prompt, [view], self.node)
            if not alive:
                return
            messages = (Message("user", texts[0]),)

        def heard(pending: Pending) -> None:
            text = pending.values[0]
            self.row.pending.pop(self.node.place, None)
            self.said.append({"role": turn.role, "content": text})
            self.last[turn.local] = text
            self.go()

        column = f"{self.node.address}.{turn.role}"
        self.asker.say(self.flow, self.node, turn, self.row, view.key, models[0].name, messages, column, heard)

    def _finish(self) -> None:
        self.flow.complete(self.node, self.row, self.done)


def _from_the_side_of(role: str, transcript: list[dict[str, str]]) -> tuple[Message, ...]:
    """The transcript as a model sees that speaks for a role: its own turns are the assistant's."""
    sides = {role: "assistant", "system": "system"}
    messages = [Message(sides.get(m["role"], "user"), m["content"]) for m in transcript]
    if not messages or messages[-1].role == "assistant":
        # Servers want a turn to answer.
        messages.append(Message("user", "Begin." if not messages else "Go on."))
    return tuple(messages)


def chat(flow: Flow, asker: Asker, node: Node, what: Chat, rows: list[Row]) -> None:
    """Begin a dialogue for rows; its length is drawn evenly from the range."""
    rows, lows = flow.values(what.low, rows, node)
    low_of = {id(r): v for r, v in zip(rows, lows, strict=True)}
    rows, highs = flow.values(what.high, rows, node)
    if not rows:
        return
    frame = flow.frame(rows, (), node)
    draw = Draw(stream(flow.world.seed, flow.plan.address, f"{node.address}.turns", 0), frame.keys, frame.attempts)
    for row, high, share in zip(rows, highs, draw.uniform().tolist(), strict=True):
        low = low_of[id(row)]
        wanted = low + int(share * (max(high, low) - low + 1))
        Talk(flow, asker, row, node, what, wanted, low).go()
