"""A schema as text for a prompt: the shape of the JSON with what is said of each field, in few tokens."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from synthdsl.llm.typed.schema import BOUNDS, said


def sketch(document: Mapping[str, Any]) -> str:
    """The shape: an object is `{ "name": what }` with a line a field, alternatives are joined by `|`.

    {
      "reasoning": string,  // two sentences
      "score": integer (at least 1, at most 5),
      "verdict": "good" | "bad"
    }
    """
    return _shape(document, "")


def _shape(document: Mapping[str, Any], indent: str) -> str:
    notes = [said(k, document[k]) for k in BOUNDS if k in document]
    notes += [_doc(document)] if "description" in document else []
    return _plain(document, indent) + (f" ({', '.join(notes)})" if notes else "")


def _plain(document: Mapping[str, Any], indent: str) -> str:
    if "anyOf" in document:
        return " | ".join(_shape(d, indent) for d in document["anyOf"])
    if "enum" in document:
        return " | ".join(json.dumps(v, ensure_ascii=False) for v in document["enum"])
    match document.get("type"):
        case "object":
            return _object(document, indent)
        case "array":
            return f"[{_shape(document['items'], indent)}, ...]"
        case None:
            return "JSON"
        case type_:
            return str(type_)


def _object(document: Mapping[str, Any], indent: str) -> str:
    inner = indent + "  "
    lines = []
    for i, (name, field) in enumerate(document["properties"].items(), start=1):
        comma = "," if i < len(document["properties"]) else ""
        comment = f"  // {_doc(field)}" if "description" in field else ""
        plain = {k: v for k, v in field.items() if k != "description"}
        lines.append(f"{inner}{json.dumps(name)}: {_shape(plain, inner)}{comma}{comment}")
    return "\n".join(("{", *lines, indent + "}")) if lines else "{}"


def _doc(document: Mapping[str, Any]) -> str:
    return " ".join(document["description"].split())
