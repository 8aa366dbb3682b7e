"""Personal data in a text, found by their form: what stands where, and of which kind.

Found are things with a form that can be tested: addresses of e-mail and of networks, numbers of telephones, payment
cards, bank accounts and US social security. Names and postal addresses have none, and finding them takes a model.

Sources: RFC 5322 (its usual part), E.164, ISO/IEC 7812-1 (Luhn), ISO 13616 (remainder 97), RFC 791, and what the Social
Security Administration never gives out. Each pattern looks at a bounded number of characters from each place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

_BEFORE, _AFTER = r"(?<![\w.+-])", r"(?![\w-])"


def _luhn(text: str) -> bool:
    digits = [int(c) for c in text if c.isdigit()]
    if len(digits) not in (13, 14, 15, 16, 19) or len(set(digits)) == 1:
        return False
    doubled = [d if i % 2 == 0 else (2 * d - 9 if d > 4 else 2 * d) for i, d in enumerate(reversed(digits))]
    return sum(doubled) % 10 == 0


def _iban(text: str) -> bool:
    plain = text.replace(" ", "")
    turned = plain[4:] + plain[:4]
    return 15 <= len(plain) <= 34 and int("".join(str(int(c, 36)) for c in turned)) % 97 == 1


def _phone(text: str) -> bool:
    return 7 <= sum(c.isdigit() for c in text) <= 15


def _any(text: str) -> bool:
    return True


_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"

KINDS: tuple[tuple[str, re.Pattern[str], Callable[[str], bool]], ...] = (
    (
        "EMAIL",
        re.compile(r"(?<![\w.+-])[\w.%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![\w-])"),
        _any,
    ),
    (
        "IBAN",
        re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])", re.ASCII),
        _iban,
    ),
    ("CARD", re.compile(r"(?<![\w.+-])[2-6](?:[ -]?\d){11,18}(?![\w-])", re.ASCII), _luhn),
    (
        "SSN",
        re.compile(_BEFORE + r"(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}" + _AFTER, re.ASCII),
        _any,
    ),
    ("IP", re.compile(_BEFORE + rf"{_OCTET}(?:\.{_OCTET}){{3}}" + r"(?![\w-]|\.\d)", re.ASCII), _any),
    (
        "PHONE",
        re.compile(
            r"(?<![\w.+-])\+\d(?:[ ./-]?\(?\d{1,4}\)?){2,7}(?![\w-])"
            r"|(?<![\w.+-])(?:1[ .-])?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?![\w-])"
            r"|(?<![\w.+-])(?<!\d )\(?0\d{2,5}\)?[ /-]\d{3,8}(?:[ -]?\d{1,4})?(?![\w-])(?! \d)",
            re.ASCII,
        ),
        _phone,
    ),
)
"""Kind, form and test; where two overlap the first one counts."""


def found_in(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and kind of each, in the order of the text; none overlap."""
    taken: list[tuple[int, int, str]] = []
    for kind, form, test in KINDS:
        for match in form.finditer(text):
            start, end = match.span()
            if test(match.group()) and all(end <= a or start >= b for a, b, _ in taken):
                taken.append((start, end, kind))
    yield from sorted(taken)


def masked(text: str) -> str:
    """The text with each replaced by its kind in brackets."""
    parts: list[str] = []
    at = 0
    for start, end, kind in found_in(text):
        parts += [text[at:start], f"[{kind}]"]
        at = end
    return "".join([*parts, text[at:]])
