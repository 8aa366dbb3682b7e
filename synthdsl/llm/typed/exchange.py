"""One typed call from its first request to its value or its failure, as steps without any input or output.

    exchange = Exchange(identity, reader, messages, sample)
    request = exchange.begin()
    while isinstance(request, Request):
        request = exchange.take(reply to the request)

A refused answer is asked for again with what was wrong with it, at most `form.retries` times. Each step depends on the
replies before it alone, so a replay from stored replies walks the same way and asks for the same keys.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from synthdsl.llm.reply import Reply, Usage
from synthdsl.llm.request import Identity, Message, Request
from synthdsl.llm.typed.ask import again
from synthdsl.llm.typed.problem import Problem
from synthdsl.llm.typed.read import Read


class Reading(Protocol):
    """Reads replies as values of one type: `read.Reader`, or `extras.ExtrasReader`."""

    def read(self, reply: Reply) -> Read:
        """The value of a reply, or why it has none; never raises."""


@dataclass(frozen=True, slots=True)
class GivenUp:
    """No value: the last problem, and what the last reply was read as."""

    problem: Problem
    read: Read


Step = Request | Read | GivenUp
"""What comes next: another request to make; a value, the end; a failure, the end."""


@dataclass(slots=True)
class Exchange:
    """The state of one call.

    messages: of the first request. sample: the address of the call's answer, empty at temperature 0.
    replies: all so far, refused ones too, in order.
    """

    identity: Identity
    reader: Reading
    messages: tuple[Message, ...]
    sample: bytes
    replies: list[Reply] = field(default_factory=list)

    def begin(self) -> Request:
        """The first request."""
        return self.identity.request(self.messages, self.sample)

    def take(self, reply: Reply) -> Step:
        """What follows from the reply to the last request."""
        self.replies.append(reply)
        read = self.reader.read(reply)
        if read.problem is None:
            return read
        attempt = len(self.replies) + 1
        if attempt > self.identity.form.retries + 1:
            return GivenUp(read.problem, read)
        following = self._following(read, read.problem, attempt)
        return GivenUp(read.problem, read) if following is None else following

    @property
    def usage(self) -> Usage:
        """Tokens of all replies together."""
        used = [r.usage for r in self.replies]
        return Usage(sum(u.input for u in used), sum(u.output for u in used), sum(u.cached for u in used))

    def _following(self, read: Read, problem: Problem, attempt: int) -> Request | None:
        """The next request; None where asking again is no use."""
        form = self.identity.form
        if not problem.advice:
            return None
        if not form.complete:
            return self.identity.request(again(self.messages, read.text, problem, form.schema, attempt), self.sample)
        # A text that is gone on from has no place to say what was wrong: another sample is all there is to ask for.
        return self.identity.request(self.messages, b"%s#%d" % (self.sample, attempt)) if self.sample else None
