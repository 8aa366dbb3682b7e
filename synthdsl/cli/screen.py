"""What all commands share: how the two streams show things, and the texts that messages point into."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from synthdsl.base.diagnostic import Diagnostic, in_order
from synthdsl.cli.findings import Texts, listing
from synthdsl.cli.findings_json import as_object
from synthdsl.cli.json_text import json_text
from synthdsl.cli.style import PLAIN, Style, style_of, write

STOPS = ("text", "json", "list")
"""How a command says what stopped it: as text on standard error, or on standard output as a JSON object with the list
`findings`, or as that list alone."""


@dataclass(slots=True)
class Screen:
    """out, err: the styles of standard output and standard error. texts: files read so far, for excerpts.

    stops: how to say what ends the command, of `STOPS`.
    """

    out: Style = PLAIN
    err: Style = PLAIN
    texts: Texts = field(default_factory=dict)
    stops: str = "text"

    @staticmethod
    def of_process() -> Screen:
        """For the streams that the process has now."""
        return Screen(style_of(sys.stdout), style_of(sys.stderr))

    def complain(self, diagnostics: list[Diagnostic]) -> None:
        """Show findings on standard error."""
        if diagnostics:
            write(listing(in_order(diagnostics), self.texts, self.err), sys.stderr)

    def stop(self, diagnostics: Sequence[Diagnostic]) -> None:
        """Show the findings that end the command, in the form that was chosen."""
        if self.stops == "text":
            self.complain(list(diagnostics))
        else:
            self.stop_with([as_object(d, self.texts) for d in in_order(diagnostics)])

    def stop_with(self, objects: list[dict[str, Any]]) -> None:
        """Write what ends the command as JSON."""
        write(json_text(objects if self.stops == "list" else {"findings": objects}))
