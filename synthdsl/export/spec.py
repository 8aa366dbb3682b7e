"""What an output is once it has been checked, and a batch of it as bytes: plain data between all parts of the room."""

from __future__ import annotations

from dataclasses import field

from synthdsl.base.record import record
from synthdsl.base.span import NOWHERE, Span
from synthdsl.export.layout import ObjectLayout
from synthdsl.export.record import record_of
from synthdsl.export.suffix import Target, stem_of, target_of
from synthdsl.export.table import export_format
from synthdsl.types.terms import Field, RecordType, Type

MANIFEST = "manifest.json"
"""The manifest's name in a folder, and the end of its name beside a file."""

SPLIT_COLUMN = "split"
"""The column by which a folder gets one set of shards a split."""


@record
class OutputSpec:
    """A checked output; what a plan holds of it.

    path: as written. dataset: whose rows. format: a name of `table.TABLE`. keys: what must be computed for each row,
    with types and documentation, in this order. layout: how they make a row. manifest: the name of the manifest
    (`tickets.manifest.json`) beside a file, or within a folder. split: the rows carry a column `split`.
    description: documentation of the output, or of the dataset. span: of the path in the spec.
    """

    path: str
    dataset: str
    format: str
    keys: tuple[Field, ...]
    layout: ObjectLayout
    manifest: str
    split: bool = False
    description: str = ""
    span: Span = field(default=NOWHERE, compare=False, repr=False)

    @property
    def target(self) -> Target:
        """How the path is written."""
        found = target_of(self.path)
        assert found is not None, "checked by `check_output`"
        return found

    @property
    def record(self) -> RecordType:
        """The columns of the file, with their documentation."""
        return record_of(self.layout, {f.name: f for f in self.keys})

    @property
    def types(self) -> dict[str, Type]:
        """The type of each key."""
        return {f.name: f.type for f in self.keys}


def laid_out(
    path: str, dataset: str, format_name: str, keys: tuple[Field, ...], *, split: bool = False, description: str = ""
) -> OutputSpec:
    """The spec of an output that is known to be right: by `check.py`, or because its plan was checked before.

    The manifest is named by the path alone; `with_manifest_names` mends names that two outputs share.
    """
    layout = export_format(format_name).layout({f.name: f.type for f in keys})
    target = target_of(path)
    manifest = MANIFEST if target is None or target.folder else f"{stem_of(path)}.{MANIFEST}"
    return OutputSpec(path, dataset, format_name, keys, layout, manifest, split, description)


@record
class Part:
    """Encoded rows of one split; one line a row. split: its name, empty where the output is not split."""

    split: str
    rows: int
    data: bytes


@record
class Encoded:
    """A batch of rows as bytes, in row order within each part. Small and picklable: workers send it home."""

    parts: tuple[Part, ...]

    @property
    def rows(self) -> int:
        """How many rows it holds."""
        return sum(part.rows for part in self.parts)

    @property
    def size(self) -> int:
        """How many bytes."""
        return sum(len(part.data) for part in self.parts)
