"""Patterns that explode are refused, common ones are not."""

from __future__ import annotations

import re
import time

import pytest

from synthdsl.ops.text.ambiguity import is_exponential

EXPLODING = {
    r"(a*)*b": "a",
    r"(a+)+b": "a",
    r"(a|a)*b": "a",
    r"^(\w+\s?)+$": "a",
    r"(?:a|b|ab)*c": "ab",
    r"(a?b?)*c": "ab",
    r"(?:(?:a|b)*)*c": "ab",
    r"(a{1,3})*b": "a",
    r"((a+)+b)*": "a",
    r"(?=(a+)+b)": "a",
    r"^(([a-z])+.)+[A-Z]([a-z])+$": "a",
    r"(\d+|\d+\.)*x": "1",
    r"(x+x+)+y": "x",
    r"(?i)(AB|a[a-c])+$": "ab",
    r"([\w.]+)+@": "a",
    r"(.*,)*x": ",",
    r"((?:a{2,40})+)+b": "a",
}

HARMLESS = [
    r"(?:a?)*b",
    r"(\w+\s)+$",
    r"(?:\w+\s?)+",
    r"(?>a+)+b",
    r"(?:a++)+b",
    r"(?i)\b(image|picture|graph)\b",
    r"\s+$",
    r".*a.*b",
    r"```(?:json)?(.*?)```",
    r"[A-Z]{3}-[0-9]{4}",
    r"(?s)<answer>(.*?)</answer>",
    r"(\w+, )*\w+",
    r"[\w.+-]+@[\w-]+\.[\w.-]+",
    r'"(?:[^"\\]|\\.)*"',
    r"\b\d{1,3}(?:\.\d{1,3}){3}\b",
    r"^(?:https?://)?(?:\w+\.)+\w+(?:/\S*)?$",
    r"(\w)\1",
    r"^(?!.*bad).*$",
    r"(a)?(?(1)b|c)*d",
    r"([a-m]|[n-z])*1",
    r"(?x) a + # comment",
    "",
]


@pytest.mark.parametrize("pattern", EXPLODING)
def test_exponential_patterns_are_found(pattern: str) -> None:
    assert is_exponential(pattern)


@pytest.mark.parametrize("pattern", HARMLESS)
def test_other_patterns_pass(pattern: str) -> None:
    assert not is_exponential(pattern)


def steps(pattern: str, text: str) -> float:
    start = time.process_time()
    re.search(pattern, text)
    return time.process_time() - start


@pytest.mark.parametrize("pattern", [r"(a+)+b", r"(a|a)*b", r"(\d+|\d+\.)*x", r"(?=(a+)+b)", r"(x+x+)+y"])
def test_what_is_found_does_explode(pattern: str) -> None:
    """Six more characters take many times as long; harmless patterns stay below a tenth of a second."""
    unit = EXPLODING[pattern]
    assert steps(pattern, unit * 20) > 10 * steps(pattern, unit * 14)


@pytest.mark.parametrize("pattern", HARMLESS)
def test_what_passes_is_quick(pattern: str) -> None:
    for unit in ("a", "ab", "a, ", "1.", '\\"', "a.", "```"):
        assert steps(pattern, unit * 60 + "!") < 0.1


def test_huge_patterns_are_let_through_quickly() -> None:
    start = time.process_time()
    assert not is_exponential("|".join(f"word{i}" for i in range(2000)))
    assert time.process_time() - start < 2
