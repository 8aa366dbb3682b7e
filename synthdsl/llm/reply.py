"""What a model answered, as it is stored, and why a call gave no answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from synthdsl.llm.request import Form

Finish = Literal["stop", "length", "filter", "tools"]
"""Why the text ends: the model was done, the token limit cut it, a content filter stopped it, it calls tools."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of a call: all of the prompt, those of it that the server had cached, all of the answer."""

    input: int = 0
    output: int = 0
    cached: int = 0


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer.

    text: as the model wrote it, without reasoning that the server keeps apart. refusal: what the model said when
    it declined (some servers report it apart from the text). tool_calls: in OpenAI's form. logprobs: token, logprob.
    model: as the server names it. seconds: how long the call took.
    """

    text: str
    finish: Finish = "stop"
    usage: Usage = Usage()
    reasoning: str = ""
    refusal: str = ""
    tool_calls: tuple[dict[str, Any], ...] = ()
    logprobs: tuple[tuple[str, float], ...] | None = None
    model: str = ""
    seconds: float = 0.0


def dump(reply: Reply) -> bytes:
    """The stored form: JSON without what is empty. Keys are stable; readers ignore those they do not know."""
    import orjson

    usage = reply.usage
    data: dict[str, Any] = {"text": reply.text, "in": usage.input, "out": usage.output, "s": round(reply.seconds, 3)}
    if reply.finish != "stop":
        data["finish"] = reply.finish
    if usage.cached:
        data["cached"] = usage.cached
    for name in ("reasoning", "refusal", "model"):
        if getattr(reply, name):
            data[name] = getattr(reply, name)
    if reply.tool_calls:
        data["tools"] = list(reply.tool_calls)
    if reply.logprobs is not None:
        data["logprobs"] = list(reply.logprobs)
    return orjson.dumps(data)


def load(data: bytes) -> Reply:
    """The reply of a stored form. Raises ValueError (orjson's) or KeyError when it is none."""
    import orjson

    found = orjson.loads(data)
    logprobs = found.get("logprobs")
    return Reply(
        found["text"],
        found.get("finish", "stop"),
        Usage(found["in"], found["out"], found.get("cached", 0)),
        found.get("reasoning", ""),
        found.get("refusal", ""),
        tuple(found.get("tools", ())),
        None if logprobs is None else tuple((t, p) for t, p in logprobs),
        found.get("model", ""),
        found.get("s", 0.0),
    )


Reach = Literal["again", "row", "run"]
"""What a failure concerns: the same call may succeed later; this row is lost; no call can succeed, the run stops."""


class CallFailed(Exception):  # noqa: N818 (one of the outcomes of a call)
    """A call without an answer.

    code: of the diagnostic. message: one sentence without the key and without the prompt. reach: see `Reach`.
    status: of HTTP, if there was one. wait: seconds that the server asked to wait, 0 to go on at once. slow: whether
    the server asks for fewer calls, or was too slow. notes: ways out.
    body: the beginning of what the server sent, for the record of the failed row; never a header.
    form: of the call that failed, where it was one call that did.
    """

    def __init__(
        self,
        code: str,
        message: str,
        reach: Reach,
        *,
        status: int | None = None,
        wait: float | None = None,
        slow: bool = False,
        notes: tuple[str, ...] = (),
        body: str = "",
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.reach = reach
        self.status = status
        self.wait = wait
        self.slow = slow
        self.notes = notes
        self.body = body
        self.form: Form | None = None
