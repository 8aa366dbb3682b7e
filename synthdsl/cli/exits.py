"""Exit codes, in one table.

0: fine. 1: the spec or the data fell short. 2: wrong usage. 3: the environment (network, disk, a missing package), and
a mistake of the compiler itself. 130: interrupted (Ctrl-C), 143: told to end, 141: nobody reads the output any more;
these three are what a shell says of a program that such a signal ended.
"""

from __future__ import annotations

from collections.abc import Iterable

from synthdsl.base.diagnostic import Diagnostic

FINE = 0
SHORT = 1
USAGE = 2
ENVIRONMENT = 3
INTERRUPTED = 130
UNREAD = 141
TERMINATED = 143

BY_CODE = {
    "E0602": ENVIRONMENT,
    "E0613": ENVIRONMENT,
    "E0806": ENVIRONMENT,
    "E0807": ENVIRONMENT,
    "E0808": INTERRUPTED,
    "E0812": ENVIRONMENT,
    "E0820": ENVIRONMENT,
    "E0821": ENVIRONMENT,
    "E0822": ENVIRONMENT,
    "E0828": ENVIRONMENT,
    "E0829": ENVIRONMENT,
    "E0840": ENVIRONMENT,
    "E0841": ENVIRONMENT,
    "E0842": ENVIRONMENT,
    "E0843": ENVIRONMENT,
    "E0844": ENVIRONMENT,
}
"""Codes that mean something else than that spec or data fell short."""


def exit_code(diagnostics: Iterable[Diagnostic]) -> int:
    """The exit code for these findings; warnings alone are fine."""
    errors = [d for d in diagnostics if d.is_error]
    # A spec that was named on the command line and is not there has no place in any file.
    if any(d.code == "E0601" and not d.span.file for d in errors):
        return USAGE
    return max((BY_CODE.get(d.code, SHORT) for d in errors), default=FINE)
