"""Prices and guesses of tokens, without a network."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from synthdsl.llm.prices import Price, listed_price, price_of
from synthdsl.llm.reply import Usage
from synthdsl.llm.request import Env, Form, Message, ModelSpec, Request, Schema
from synthdsl.llm.tokens import Calibration, prompt_tokens, text_tokens


def model(provider: str, **settings: Any) -> ModelSpec:
    return ModelSpec("writer", provider, tuple(settings.items()))


def request(*texts: str, schema: Schema | None = None) -> Request:
    form = Form("d.c", model("openai", name="m"), schema=schema)
    return Request(form, tuple(Message("user", t) for t in texts), b"k" * 16)


def test_the_price_of_the_spec_counts() -> None:
    price = price_of(model("openai", name="gpt-4o-mini", price={"input": 2, "output": 8, "cached": 0.5}))
    assert price == Price(2, 8, 0.5)
    assert price.cost(Usage(1_000_000, 500_000, 400_000)) == pytest.approx(0.6 * 2 + 0.4 * 0.5 + 4)
    assert price_of(model("openai", name="m", price={"input": 2})) == Price(2, 0, 2)


def test_list_prices() -> None:
    price = price_of(model("openai", name="gpt-4o-mini"))
    assert price is not None
    assert 0 < price.cached < price.input < price.output < 100
    assert price_of(model("litellm", name="openai/gpt-4o-mini")) == price
    assert price_of(model("openai", name="gpt-4o-mini", base_url="https://api.openai.com/v1")) == price
    assert listed_price("gpt-4o-mini") == price
    claude = price_of(model("anthropic", name="claude-sonnet-4-5"))
    assert claude is not None
    assert claude.output > claude.input > claude.cached


@pytest.mark.parametrize(
    "unknown",
    [
        model("openai", name="no-such-model"),
        model("openai", name="gpt-4o-mini", base_url="http://gpu.example:8000/v1"),
        model("openai", name="gpt-4o-mini", base_url=Env("SERVER")),
        model("openai", name=Env("MODEL")),
        model("litellm", name="nobody/gpt-4o-mini"),
        model("elsewhere", name="gpt-4o-mini"),
    ],
)
def test_what_is_not_in_the_table_is_unknown(unknown: ModelSpec) -> None:
    assert price_of(unknown) is None


def test_models_on_this_machine_cost_nothing() -> None:
    assert price_of(model("simulated")) == price_of(model("llamacpp", path="m.gguf")) == Price(0, 0, 0)


OFFLINE = """
import socket, sys
def refuse(*arguments, **named):
    raise AssertionError("a connection was tried")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
from synthdsl.llm.prices import listed_price
assert "genai_prices" not in sys.modules
assert listed_price("gpt-4o-mini").input > 0
"""


def test_prices_need_no_network_and_load_when_asked() -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent.parent)}
    subprocess.run([sys.executable, "-c", OFFLINE], env=environment, check=True, timeout=60)


def test_without_the_table_prices_are_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "genai_prices", None)
    listed_price.cache_clear()
    assert price_of(model("openai", name="gpt-4o-mini")) is None
    listed_price.cache_clear()


@pytest.mark.parametrize(
    ("text", "o200k"),
    [
        ("Write a short support ticket from a customer whose router lost its connection this morning.", 16),
        ("Schreibe eine kurze Anfrage eines Kunden, dessen Router heute Morgen die Verbindung verlor.", 17),
        ('{"id": 1024, "name": "Ada", "tags": ["a", "b"], "score": 0.75}', 30),
        ("請寫一封簡短的客戶支援信，說明路由器今天早上斷線。", 25),
        ("", 0),
    ],
)
def test_guesses_are_near_what_a_tokenizer_counts(text: str, o200k: int) -> None:
    assert 0.65 * o200k <= text_tokens(text) <= 1.5 * o200k


def test_a_schema_is_part_of_the_prompt() -> None:
    schema = Schema("answer", {"type": "object", "properties": {"value": {"type": "string"}}}, True)
    assert prompt_tokens(request("hello", schema=schema)) > prompt_tokens(request("hello")) + 10
    assert prompt_tokens(request("hello", "hello")) == 2 * prompt_tokens(request("hello"))


def test_stored_answers_correct_the_guess() -> None:
    seen = Calibration()
    short, long = request("a word " * 10), request("a word " * 100)
    assert seen.usage([short, long], 50).output == 100
    seen.saw(short, Usage(round(2 * prompt_tokens(short)), 30))
    seen.saw(short, Usage(0, 0))
    expected = seen.usage([long, long], 50)
    assert expected.output == 60
    assert expected.input == pytest.approx(4 * prompt_tokens(long), rel=0.05)


@pytest.mark.parametrize(
    "address", ["http://localhost:8000/v1", "http://127.0.0.1:1", "http://[::1]:8000/v1", "localhost:11434"]
)
def test_servers_on_this_machine_cost_nothing(address: str) -> None:
    assert price_of(model("openai", name="gpt-4o-mini", base_url=address)) == Price(0, 0, 0)
