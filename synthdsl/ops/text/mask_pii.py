"""`mask_pii`: a text without personal data."""

from __future__ import annotations

from synthdsl.ops.contract import Operator
from synthdsl.ops.text.personal import masked

OPERATOR = Operator(
    name="mask_pii",
    family="text",
    kind="function",
    signatures=("mask_pii(text: text) -> str",),
    doc=(
        "The text with what `has_pii` finds replaced by its kind in brackets: `[EMAIL]`, `[PHONE]`, `[CARD]`, "
        "`[IBAN]`, `[IP]`, `[SSN]`."
    ),
    examples=(
        ('mask_pii("Write to ann@example.org or call +49 30 1234567.")', "Write to [EMAIL] or call [PHONE]."),
        ('mask_pii("Nothing here.")', "Nothing here."),
    ),
    scalar=masked,
)
