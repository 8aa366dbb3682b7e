"""Words of a text, for measures that compare texts."""

from __future__ import annotations

import re

_ASCII = re.compile(r"[a-z0-9_]+")
# Scripts written without spaces between words: every sign stands for itself.
_SINGLE = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_SINGLE}]|[^\W{_SINGLE}]+")


def word_tokens(text: str) -> list[str]:
    """The words of a text in small letters: runs of letters, digits and `_`; every Chinese or Japanese sign is one."""
    return (_ASCII if text.isascii() else _WORD).findall(text.lower())
