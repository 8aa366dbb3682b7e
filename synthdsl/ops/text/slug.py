"""`slug`: a text as a part of a file name or address."""

from __future__ import annotations

import re
import unicodedata

from synthdsl.ops.contract import Operator

_OTHER = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_GAP = re.compile(r"[^a-z0-9]+")


def _scalar(text: str, separator: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_OTHER)).lower()
    return separator.join(part for part in _GAP.split(plain.encode("ascii", "ignore").decode()) if part)


OPERATOR = Operator(
    name="slug",
    family="text",
    kind="function",
    signatures=('slug(text: text, separator: text = "-") -> str',),
    doc=(
        "The letters `a` to `z` and digits of a text in lower case, with the separator for everything between "
        "them. Accents are dropped; letters of other scripts are left out."
    ),
    examples=(
        ('slug("Crème brûlée, 2 pieces!")', "creme-brulee-2-pieces"),
        ('slug("New York", "_")', "new_york"),
    ),
    scalar=_scalar,
)
