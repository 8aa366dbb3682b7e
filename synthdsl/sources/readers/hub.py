"""`hub`: a dataset of the Hugging Face hub."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator, Sequence
from typing import Any

from synthdsl.sources.contract import Block, Reader, Request
from synthdsl.sources.records import columns_of
from synthdsl.sources.suffixes import Finding
from synthdsl.types.terms import RecordType

_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,95}(/[A-Za-z0-9][\w.-]{0,95})?", re.ASCII)
_BLOCK_ROWS = 512


class HubInput:
    """A split of a dataset, streamed; see `Input`. Before the run nothing is fetched."""

    names = None

    def __init__(self, request: Request) -> None:
        self.request = request
        self.shown = f"{request.arguments['name']} ({request.arguments['split']})"
        if importlib.util.find_spec("datasets") is None:
            message = f"hub() needs the package 'datasets' to read {self.shown}."
            raise request.error("E0613", message, "It is installed by `pip install 'synthdsl[hf]'`.")

    def inferred(self) -> RecordType | None:
        """Nothing can be known without the network, so columns must be declared."""
        message = f"The columns of {self.shown} must be declared."
        raise self.request.error("E0317", message, "Checking does not reach the network: source x: { ... } = hub(...).")

    def blocks(self, names: Sequence[str] | None) -> Iterator[Block]:
        """The rows, in the order of the hub."""
        if self.request.prefix:
            return
        records: list[dict[str, Any]] = []
        for record in self._records():
            records.append(record)
            if len(records) >= _BLOCK_ROWS:
                yield columns_of(records, names)
                records = []
        if records:
            yield columns_of(records, names)

    def place(self, row: int) -> str:
        """The dataset and the number of the row."""
        return f"{self.shown}, row {row + 1}"

    def _records(self) -> Iterator[dict[str, Any]]:
        import datasets  # type: ignore[import-untyped,unused-ignore]

        arguments = self.request.arguments
        try:
            yield from datasets.load_dataset(
                arguments["name"],
                arguments["config"],
                split=arguments["split"],
                revision=arguments["revision"],
                streaming=True,
            )
        except (OSError, ValueError, datasets.exceptions.DatasetsError) as error:
            text = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
            note = "The hub must be reached, or the dataset be in the local cache."
            raise self.request.error("E0602", f"{self.shown} cannot be read: {text}.", note) from None


def _check(arguments: dict[str, Any]) -> Iterator[Finding]:
    if not _NAME.fullmatch(arguments["name"]):
        yield "E0309", f"'{arguments['name']}' is no name of a dataset.", ('As in hub("owner/name").',)


READER = Reader(
    name="hub",
    signatures=(
        'hub(const name: text, *, const split: text = "train", const config: text? = null, '
        "const revision: text? = null, const key: text? = null) -> dataset",
    ),
    doc=(
        "A split of a dataset of the Hugging Face hub, or of the local cache. Needs the package `datasets` "
        "(`pip install 'synthdsl[hf]'`).\n\n"
        "Columns must be declared, since checking does not reach the network. `revision` (a commit) keeps the data "
        "from changing under a spec."
    ),
    examples=('hub("allenai/ai2_arc", config="ARC-Easy", split="test", revision="210d026")',),
    open=HubInput,
    files=lambda request: [],
    check=_check,
    remote=True,
)
