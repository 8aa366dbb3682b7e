"""What servers tell of their limits in the headers of each answer.

Sources: https://platform.openai.com/docs/guides/rate-limits (`x-ratelimit-remaining-requests: 59`, `-reset-requests:
6m0s`, the same for tokens; spoken by many servers), https://docs.anthropic.com/en/api/rate-limits
(`anthropic-ratelimit-requests-remaining`, `-reset` as a time of RFC 3339).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from synthdsl.llm.limits import Left, Told

LONGEST = 3600.0
"""Seconds until a reset at most: a server that names a later one is not waited for that long."""

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|[smhd])")


def told(headers: Mapping[str, str]) -> Told | None:
    """What an answer's headers tell, None where nothing."""
    if "x-ratelimit-remaining-requests" in headers or "x-ratelimit-remaining-tokens" in headers:
        return Told(_left(headers, "x-ratelimit-{}-requests"), _left(headers, "x-ratelimit-{}-tokens"))
    if "anthropic-ratelimit-requests-remaining" in headers or "anthropic-ratelimit-tokens-remaining" in headers:
        return Told(_left(headers, "anthropic-ratelimit-requests-{}"), _left(headers, "anthropic-ratelimit-tokens-{}"))
    return None


def _left(headers: Mapping[str, str], name: str) -> Left | None:
    """Of one kind of limit; None where it is not told, or is not understood."""
    left = _number(headers.get(name.format("remaining")))
    seconds = seconds_until(headers.get(name.format("reset"), ""))
    if left is None or seconds is None:
        return None
    return Left(left, min(seconds, LONGEST), _number(headers.get(name.format("limit"))))


def _number(text: str | None) -> float | None:
    return float(text) if text is not None and re.fullmatch(r"\d{1,15}", text.strip()) else None


def seconds_until(text: str) -> float | None:
    """Seconds until a reset, from `6m0s`, `120ms`, `1.5` or a time of RFC 3339; None for anything else."""
    import datetime

    text = text.strip()
    if re.fullmatch(r"\d{1,9}(\.\d+)?", text):
        return float(text)
    if text and not _PART.sub("", text):
        return sum(float(n) * _UNITS[unit] for n, unit in _PART.findall(text))
    try:
        at = datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
    if at.tzinfo is None:
        return None
    return max(0.0, (at - datetime.datetime.now(datetime.UTC)).total_seconds())
