"""Writers: encoded batches in, in row order; a finished output in its workplace out; then, in one step, in place.

    with open_output(spec, place) as writer:
        for encoded in batches:            # made by `encode_batch`, in any process
            writer.append(encoded)
        report = writer.close()            # all bytes are on the disk, nothing is visible yet
        publish([writer], facts)           # manifest and card are added, all moves into place

Leaving the block without `publish`, by an error or otherwise, removes every trace. Writers raise OutputError only.
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Protocol

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.base.span import Span
from synthdsl.export.line_file import LineFile
from synthdsl.export.ownership import foreign_file, foreign_folder
from synthdsl.export.problems import OutputError, cannot_write, reported
from synthdsl.export.report import OutputReport
from synthdsl.export.shards import Shards, ShardSize
from synthdsl.export.spec import Encoded, OutputSpec
from synthdsl.export.stream import HashedFile
from synthdsl.export.workplace import Workplace

DATA = "data"
"""The folder of shards inside a folder output."""

_MOST_SPLITS = 64
_ONLY_SPLIT = "train"


class OutputWriter(Protocol):
    """One output while it is written."""

    spec: OutputSpec

    def append(self, encoded: Encoded) -> None:
        """Adds the next rows."""

    def close(self) -> OutputReport:
        """Completes the data; to be called once, before `add` and `commit`."""

    def add(self, name: str, text: str) -> None:
        """Puts a further file beside the data: manifest, card."""

    def commit(self) -> None:
        """Moves everything into place."""

    def discard(self) -> None:
        """Removes everything that is not in place; fine to call at any time."""

    def __enter__(self) -> OutputWriter: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def open_output(spec: OutputSpec, place: Path, size: ShardSize | None = None) -> OutputWriter:
    """A writer for one output. place: from `resolve_output`. size: of shards, for folders.

    Raises OutputError: E0705 where something stands that no run of this project wrote, E0806, E0807.
    """
    if spec.target.folder:
        return FolderWriter(spec, place, size or ShardSize())
    return FileWriter(spec, place)


class _Discarding:
    """Leaving the `with` block discards what has not been committed."""

    def __init__(self, spec: OutputSpec, work: Workplace) -> None:
        self.spec = spec
        self._work = work

    def discard(self) -> None:
        self._work.discard()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.discard()


class FileWriter(_Discarding):
    """A single file of any encoding, with its manifest beside it."""

    def __init__(self, spec: OutputSpec, place: Path) -> None:
        self._manifest_place = place.with_name(spec.manifest)
        with reported(place, spec.span):
            if place.is_dir():
                raise OutputError(cannot_write(place, "a folder stands there", spec.span))
            if foreign_file(self._manifest_place):
                raise _collision(self._manifest_place, "is no manifest of a dataset", spec.span)
        super().__init__(spec, Workplace(place, spec.span))
        self._added: list[str] = []
        try:
            with reported(place, spec.span):
                self._file = LineFile(spec, self._work.path(place.name))
        except BaseException:
            self._work.discard()
            raise

    def __enter__(self) -> FileWriter:
        return self

    def append(self, encoded: Encoded) -> None:
        with reported(self._work.place, self.spec.span):
            for part in encoded.parts:
                self._file.write(part.data, part.rows)

    def close(self) -> OutputReport:
        with reported(self._work.place, self.spec.span):
            return OutputReport(self.spec, (self._file.close(self._work.place.name),))

    def add(self, name: str, text: str) -> None:
        with reported(self._work.place, self.spec.span):
            _write_text(self._work.path(name), text)
            self._added.append(name)

    def commit(self) -> None:
        place = self._work.place
        with reported(place, self.spec.span):
            # Without this, a crash between two moves would leave a manifest that speaks of other bytes.
            self._manifest_place.unlink(missing_ok=True)
        self._work.move_file(self._work.path(place.name), place)
        for name in self._added:
            self._work.move_file(self._work.path(name), place.with_name(name))
        self.discard()

    def discard(self) -> None:
        self._file.abandon()
        super().discard()


class FolderWriter(_Discarding):
    """A folder: shards of each split under `data/`, and beside that folder card and manifest."""

    def __init__(self, spec: OutputSpec, place: Path, size: ShardSize) -> None:
        with reported(place, spec.span):
            stranger = foreign_folder(place)
        if stranger:
            raise _collision(place, stranger, spec.span)
        super().__init__(spec, Workplace(place, spec.span))
        self._size = size
        self._splits: dict[str, Shards] = {}
        self._new = self._work.path("new")
        try:
            with reported(place, spec.span):
                (self._new / DATA).mkdir(parents=True)
        except BaseException:
            self.discard()
            raise

    def __enter__(self) -> FolderWriter:
        return self

    def append(self, encoded: Encoded) -> None:
        with reported(self._work.place, self.spec.span):
            for part in encoded.parts:
                self._shards(part.split or _ONLY_SPLIT).write(part.data, part.rows)

    def close(self) -> OutputReport:
        with reported(self._work.place, self.spec.span):
            if not self._splits:
                self._shards(_ONLY_SPLIT)
            return OutputReport(
                self.spec, tuple(f for name in sorted(self._splits) for f in self._splits[name].close())
            )

    def add(self, name: str, text: str) -> None:
        with reported(self._work.place, self.spec.span):
            _write_text(self._new / name, text)

    def commit(self) -> None:
        self._work.move_folder(self._new, self._work.place)
        self.discard()

    def discard(self) -> None:
        for shards in self._splits.values():
            shards.abandon()
        super().discard()

    def _shards(self, split: str) -> Shards:
        if split not in self._splits:
            if len(self._splits) == _MOST_SPLITS:
                raise OutputError(
                    cannot_write(self._work.place, f"its rows name more than {_MOST_SPLITS} splits", self.spec.span)
                )
            self._splits[split] = Shards(self.spec, self._new / DATA, split, self._size)
        return self._splits[split]


def _write_text(path: Path, text: str) -> None:
    file = HashedFile(path)
    try:
        file.write(text.encode())
    finally:
        file.close()


def _collision(place: Path, reason: str, span: Span) -> OutputError:
    message = f"'{place}' {reason}, and would be replaced."
    notes = ("Another path, or moving away what stands there, keeps it.",)
    return OutputError(Diagnostic("E0705", message, span, notes))
