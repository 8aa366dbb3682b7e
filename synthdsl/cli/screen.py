"""What all commands share: how the two streams show things, and the texts that messages point into."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field

from synthdsl.base.diagnostic import Diagnostic, in_order
from synthdsl.cli.findings import Texts, listing
from synthdsl.cli.style import PLAIN, Style, style_of, write


@dataclass(slots=True)
class Screen:
    """out, err: the styles of standard output and standard error. texts: files read so far, for excerpts."""

    out: Style = PLAIN
    err: Style = PLAIN
    texts: Texts = field(default_factory=dict)

    @staticmethod
    def of_process() -> Screen:
        """For the streams that the process has now."""
        return Screen(style_of(sys.stdout), style_of(sys.stderr))

    def complain(self, diagnostics: list[Diagnostic]) -> None:
        """Show findings on standard error."""
        if diagnostics:
            write(listing(in_order(diagnostics), self.texts, self.err), sys.stderr)
