"""`personal-column-goes-out`: data of people."""

from __future__ import annotations

import re
from collections.abc import Iterator

from synthdsl.lint.contract import Finding, Rule
from synthdsl.lint.subject import Subject, columns_of

_PERSONAL = re.compile(
    r"(?:^|_)(?:e_?mail|phone|ssn|iban|passport|address|birthday|birth_date|surname|full_name)(?:$|_)"
)


def look(subject: Subject) -> Iterator[Finding]:
    datasets = {d.id: d for d in subject.datasets}
    for output in subject.spec.outputs:
        dataset = datasets.get(output.dataset)
        if dataset is None or output.span.file != subject.file:
            continue
        for key in output.keys:
            for name in sorted(columns_of(key.value)):
                if _PERSONAL.search(name) and subject.source_of(dataset, name) is not None:
                    message = f"'{name}' comes from a file, looks like personal data, and is written."
                    yield Finding(
                        key.span if key.span.start else output.path_span, message, ("`mask_pii(...)` hides it.",)
                    )


RULE = Rule("L0307", look)
