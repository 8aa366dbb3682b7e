"""All rules over one spec, less what is waived."""

from __future__ import annotations

import datetime
from collections.abc import Collection

from synthdsl.base.diagnostic import Diagnostic, in_order
from synthdsl.lint.subject import Subject
from synthdsl.lint.table import RULES
from synthdsl.lint.waivers import read_waivers, waived
from synthdsl.pipeline import Compiled


def linted(compiled: Compiled, today: datetime.date, ignored: Collection[str] = ()) -> list[Diagnostic]:
    """What is doubtful in a spec without errors, in order of place. ignored: codes that are not looked for.

    today: the day by which waivers are judged.
    """
    assert compiled.spec is not None, "a spec with errors is not linted"
    subject = Subject(compiled)
    found = [d for rule in RULES if rule.code not in ignored for d in rule.findings(subject)]
    source = compiled.texts[subject.file]
    waivers, wrong = read_waivers(source)
    kept = [w for w in waivers if not set(w.codes) <= set(ignored)]
    return in_order(d for d in (*waived(found, source, kept, today), *wrong) if d.code not in ignored)
