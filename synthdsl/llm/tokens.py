"""How many tokens a prompt has, guessed without a tokenizer: those come by download, and not for every model.

The guess counts characters by kind. It was set by measuring the tokenizers cl100k and o200k on text in 15 languages,
Markdown, Python, JSON and lists of names and numbers: between 0.7 and 1.4 times what o200k gives, mostly within 20%.
Where answers of the same column are stored, their counts correct it (`Calibration`); the rest is a few percent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from string import ascii_letters, digits

from synthdsl.llm.reply import Usage
from synthdsl.llm.request import Request

_MESSAGE = 4
"""Tokens around a message: its role, its beginning and end."""

_WORDS = (ascii_letters + " ").encode()
_DIGITS = digits.encode()

_LETTER = 0.2
_DIGIT = 0.42
_SIGN = 0.52
_BY_SCRIPT = (
    (0x0250, 0.9),  # Latin letters with marks
    (0x0700, 0.42),  # Greek, Cyrillic, Armenian, Hebrew, Arabic
    (0x2000, 0.55),  # Indic scripts, Thai, Georgian
    (0x2E80, 0.7),  # signs
    (0x10000, 0.75),  # Chinese, Japanese, Korean
    (0x110000, 2.0),  # emoji and rare scripts
)
"""Tokens a character, below each code point."""


def text_tokens(text: str) -> float:
    """About how many tokens a text has."""
    plain = text.encode("ascii", "ignore")
    signs = len(plain.translate(None, _WORDS + _DIGITS))
    numbers = len(plain) - len(plain.translate(None, _DIGITS))
    tokens = _SIGN * signs + _DIGIT * numbers + _LETTER * (len(plain) - signs - numbers)
    if len(plain) == len(text):
        return tokens
    return tokens + sum(n * _weight(ord(c)) for c, n in Counter(text).items() if not c.isascii())


def _weight(point: int) -> float:
    return next(weight for end, weight in _BY_SCRIPT if point < end)


def prompt_tokens(request: Request) -> float:
    """About how many tokens the server counts as the prompt of a call, the schema among them."""
    tokens = sum(text_tokens(m.content) + _MESSAGE for m in request.messages)
    form = request.form
    documents = [*form.tools, *([] if form.schema is None else [form.schema.document])]
    if documents:
        import orjson

        tokens += sum(text_tokens(orjson.dumps(d).decode()) for d in documents)
    return tokens


@dataclass(slots=True)
class Calibration:
    """What the stored answers of one column and model tell of its calls to come.

    seen: how many answers. guessed: tokens of their prompts as `prompt_tokens` has them. input, output: as counted by
    the server.
    """

    seen: int = 0
    guessed: float = 0.0
    input: int = 0
    output: int = 0

    def saw(self, request: Request, usage: Usage) -> None:
        """A call that was answered. Servers that count nothing (0 tokens) teach nothing."""
        if usage.input > 0:
            self.seen += 1
            self.guessed += prompt_tokens(request)
            self.input += usage.input
            self.output += usage.output

    def usage(self, requests: Iterable[Request], answer: int) -> Usage:
        """The expected tokens of calls together. answer: tokens of an answer where none was seen yet."""
        number = 0
        guessed = 0.0
        for request in requests:
            number += 1
            guessed += prompt_tokens(request)
        scale = self.input / self.guessed if self.guessed else 1.0
        each = self.output / self.seen if self.seen else answer
        return Usage(round(guessed * scale), round(number * each))
