"""`has_pii`: whether a text holds a person's data."""

from __future__ import annotations

from synthdsl.ops.contract import Operator
from synthdsl.ops.text.personal import found_in


def _scalar(text: str) -> bool:
    return next(found_in(text), None) is not None


OPERATOR = Operator(
    name="has_pii",
    family="text",
    kind="function",
    signatures=("has_pii(text: text) -> bool",),
    doc=(
        "Whether the text holds personal data that have a form: addresses of e-mail, numbers of telephones, payment "
        "cards (with a right check digit), bank accounts (IBAN, likewise), IPv4 addresses, US social security numbers. "
        "Names and postal addresses have no form and are not found."
    ),
    examples=(
        ('has_pii("Write to ann@example.org")', True),
        ('has_pii("The card 4111 1111 1111 1111 is made up")', True),
        ('has_pii("Order 4111 1111 1111 1112 of 2025-01-31")', False),
    ),
    scalar=_scalar,
)
