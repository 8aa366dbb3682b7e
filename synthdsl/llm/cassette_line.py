"""A line of a cassette, checked: cassettes come from anybody."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from synthdsl.llm.contract import Answered
from synthdsl.llm.reply import Finish, Usage

_Tokens = Annotated[int, Field(ge=0, lt=2**53)]
_Number = Annotated[float, Field(allow_inf_nan=False)]


class _Reply(BaseModel):
    """The stored form of `reply.Reply`; keys of later versions are kept and not looked at."""

    model_config = ConfigDict(strict=True)

    text: str
    input: _Tokens = Field(alias="in")
    output: _Tokens = Field(alias="out")
    cached: _Tokens = 0
    s: Annotated[float, Field(ge=0)] = 0.0
    finish: Finish = "stop"
    reasoning: str = ""
    refusal: str = ""
    model: str = ""
    tools: list[dict[str, Any]] = []
    logprobs: list[tuple[str, _Number]] | None = None


class _Line(BaseModel):
    model_config = ConfigDict(strict=True)

    key: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    column: Annotated[str, Field(max_length=1000)]
    model: Annotated[str, Field(max_length=1000)]
    reply: _Reply


def answer_of(line: bytes) -> Answered | str:
    """The answer of a line; a clause that says what is wrong with it, where it is none."""
    try:
        # Read as JSON, where a list may be a tuple; numbers beyond 64 bits and half surrogate pairs are refused.
        data = orjson.loads(line)
        found = _Line.model_validate_json(line)
        reply = orjson.dumps(data["reply"])
    except ValidationError as error:
        return _reason(error)
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        return "it is not JSON"
    usage = Usage(found.reply.input, found.reply.output, found.reply.cached)
    return Answered(bytes.fromhex(found.key), reply, found.column, found.model, usage)


def _reason(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    match first["type"]:
        case "missing":
            return f"'{place}' is missing"
        case "string_pattern_mismatch":
            return f"'{place}' is not 32 hex digits"
        case _ if place:
            return f"'{place}' is wrong ({first['msg'][:1].lower()}{first['msg'][1:]})"
        case _:
            return "it is not a JSON object"
