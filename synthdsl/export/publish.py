"""The last step of a run: manifests and cards are added, then everything moves into place."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from synthdsl.export.card import card_text
from synthdsl.export.llama_factory import FORMATS, dataset_info_text
from synthdsl.export.manifest import manifest_text
from synthdsl.export.ownership import CARD, LLAMA_FACTORY
from synthdsl.export.report import OutputReport, RunFacts
from synthdsl.export.writer import OutputWriter


def publish(done: Sequence[tuple[OutputWriter, OutputReport]], facts: RunFacts) -> None:
    """Makes the outputs of a run visible, all of them or (short of a crash between two renames) none.

    done: each writer with the report that its `close` gave. Raises OutputError; what is then not in place yet is
    removed when the writers' `with` blocks are left.
    """
    for writer, report in done:
        _describe(writer, report, facts)
    for writer, _ in done:
        writer.commit()


def _describe(writer: OutputWriter, report: OutputReport, facts: RunFacts) -> None:
    card_sha256 = None
    if writer.spec.target.folder:
        card = card_text(facts, report)
        card_sha256 = hashlib.sha256(card.encode()).hexdigest()
        writer.add(CARD, card)
        if writer.spec.format in FORMATS:
            writer.add(LLAMA_FACTORY, dataset_info_text(report))
    writer.add(writer.spec.manifest, manifest_text(facts, report, card_sha256))
