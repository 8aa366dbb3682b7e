"""What is asked of a model: the model as declared, the messages, the shape of the answer; and the identity of a call.

All of it is plain data: no key and no value of an environment variable ever stands in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from synthdsl.base.span import NOWHERE, Span
from synthdsl.llm.extras import Extras
from synthdsl.types.terms import STR, Type

LOCAL_SETTINGS = ("timeout", "retries", "concurrency", "rpm", "tpm", "price", "api_key", "latency", "think", "path")
"""Settings that say how a call is made or paid; they change no answer and take no part in a call's identity."""


@dataclass(frozen=True, slots=True)
class Env:
    """`env("NAME")`: read when it is needed, never stored."""

    variable: str


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """A declared model as a plan carries it: its alias, its provider, its constant settings (an `Env` unread).

    span: of its declaration. place: where its weights lie on this machine, for a model that runs in this process.
    """

    alias: str
    provider: str
    arguments: tuple[tuple[str, Any], ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False)
    place: str = field(default="", compare=False, repr=False)

    def setting(self, name: str, default: Any = None) -> Any:
        """The value of a setting, `default` where it is not given."""
        return dict(self.arguments).get(name, default)

    @property
    def name(self) -> str:
        """What the provider calls the model."""
        return str(self.setting("name") or self.setting("path") or self.provider)


@dataclass(frozen=True, slots=True)
class Message:
    """One message: role `system`, `user` or `assistant`, and its text."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Schema:
    """The shape an answer must have, as a JSON Schema.

    name: letters, digits and `_`, for servers that want one. document: the schema, its root an object.
    wrapped: whether the value stands under the key "value", because a root must be an object.
    """

    name: str
    document: Mapping[str, Any]
    wrapped: bool


@dataclass(frozen=True, slots=True)
class Form:
    """What all calls of one column to one model have in common.

    column: "dataset.column", for usage records. settings: what changes answers, by name (temperature, top_p,
    max_tokens, seed, stop); those of the column over those of the model. schema: None for text.
    complete: whether it is a raw completion of one text. logprobs: whether token log probabilities are asked for.
    tools: JSON Schema documents of tools in OpenAI's form. answer: the type of an answer, which `schema` is made of.
    extras: what is asked for beside it.
    span: where the statement names the model.
    """

    column: str
    model: ModelSpec
    settings: tuple[tuple[str, Any], ...] = ()
    schema: Schema | None = None
    complete: bool = False
    logprobs: bool = False
    tools: tuple[Mapping[str, Any], ...] = ()
    retries: int = 2
    timeout: float = 120.0
    answer: Type = field(default=STR, compare=False, repr=False)
    extras: Extras | None = field(default=None, compare=False, repr=False)
    span: Span = field(default=NOWHERE, compare=False, repr=False)

    def setting(self, name: str, default: Any = None) -> Any:
        """The value of a setting, `default` where it is not given."""
        return dict(self.settings).get(name, default)


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """One call: its form, its messages (for a raw completion one `user` message), its key of 16 bytes."""

    form: Form
    messages: tuple[Message, ...]
    key: bytes


@dataclass(slots=True)
class Identity:
    """Makes the keys of one form's calls: a hash of model, settings, schema, messages and sample.

    The sample is an address (row, item, number of the sample, attempt, round) or empty at temperature 0, where
    equal requests share one answer.
    """

    form: Form
    _begun: Any = field(init=False, repr=False)

    def __post_init__(self) -> None:
        import orjson

        form = self.form
        model = {n: _plain(v) for n, v in form.model.arguments if n not in LOCAL_SETTINGS and n not in _ANSWERING}
        what = {
            "provider": form.model.provider,
            "model": model,
            "settings": {n: v for n, v in form.settings if n not in LOCAL_SETTINGS},
            "schema": None if form.schema is None else form.schema.document,
            "complete": form.complete,
            "logprobs": form.logprobs,
            "tools": list(form.tools),
        }
        self._begun = blake2b(orjson.dumps(what, option=orjson.OPT_SORT_KEYS), digest_size=16, person=b"synthdsl-call")

    def key(self, messages: Sequence[Message], sample: bytes) -> bytes:
        """The key of a call, 16 bytes."""
        made = self._begun.copy()
        parts = [b"%d:" % len(sample), sample]
        for message in messages:
            content = message.content.encode("utf-8", "surrogatepass")
            parts.append(b"%s:%d:" % (message.role.encode(), len(content)))
            parts.append(content)
        made.update(b"".join(parts))
        return bytes(made.digest())

    def request(self, messages: tuple[Message, ...], sample: bytes) -> Request:
        """The call itself."""
        return Request(self.form, messages, self.key(messages, sample))


_ANSWERING = ("temperature", "top_p", "max_tokens", "seed", "stop")
"""Settings that a column may override; a form holds them merged."""


def _plain(value: Any) -> Any:
    return f"env:{value.variable}" if isinstance(value, Env) else value
