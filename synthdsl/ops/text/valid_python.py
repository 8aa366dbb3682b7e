"""`valid_python`: whether a text is a Python program."""

from __future__ import annotations

import ast
import warnings

from synthdsl.ops.contract import Operator, Undefined

_MOST = 100_000


def _scalar(text: str) -> bool:
    if len(text) > _MOST:
        raise Undefined(f"A text of more than {_MOST:,} characters is not read as Python.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text, feature_version=(3, 11))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        # The last two are how the parser gives up on nesting that no person writes.
        return False
    return True


OPERATOR = Operator(
    name="valid_python",
    family="text",
    kind="function",
    signatures=("valid_python(text: text) -> bool",),
    doc=(
        "Whether the text can be parsed as a Python 3.11 module. Nothing is run, imported or looked up. Nesting "
        "too deep for the parser counts as wrong."
    ),
    examples=(
        ('valid_python("x = [1, 2]")', True),
        ('valid_python("x = [1, 2")', False),
    ),
    scalar=_scalar,
)
