"""JSON for scripts that a person may look at too: readable, and harmless in a terminal."""

from __future__ import annotations

import json
from typing import Any

_KEPT = "\n\u200c\u200d"


def json_text(value: Any) -> str:
    """The value as indented JSON. Letters stay as they are; what `text.escape` would spell out is an escape here."""
    return spelled(json.dumps(value, ensure_ascii=False, indent=2))


def spelled(text: str) -> str:
    """JSON text in which control and formatting characters stand as `\\u202e`; they occur within strings only."""
    if text.isascii():
        return text.replace("\x7f", "\\u007f")
    return "".join(c if c.isprintable() or c in _KEPT else json.dumps(c)[1:-1] for c in text)
