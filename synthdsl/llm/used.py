"""Which answers a run used: `.synth/used/`, one file a spec, so that a cassette can hold these and no others.

The file holds keys of 16 bytes, in the order of use, some more than once.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

KEY_BYTES = 16
_BUFFER = 1 << 16


def used_file(root: Path, spec: Path) -> Path:
    """The place for a spec of the project folder `root`."""
    place = spec.resolve()
    root = root.resolve()
    named = place.relative_to(root) if place.is_relative_to(root) else Path(place.name)
    return root / ".synth" / "used" / ("+".join(named.with_suffix("").parts) + ".keys")


class UsedKeys:
    """Takes down the keys of one run; the file of the run before is replaced when `finish` is called.

    Memory is flat. Raises OSError as the disk does.
    """

    def __init__(self, place: Path) -> None:
        place.parent.mkdir(parents=True, exist_ok=True)
        self._place = place
        self._part = place.with_name(f".{place.name}.{os.getpid()}.partial")
        self._file = self._part.open("wb", buffering=_BUFFER)

    def add(self, keys: Iterable[bytes]) -> None:
        """These answers were used."""
        self._file.write(b"".join(keys))

    def finish(self) -> None:
        """The run came to its end: from now on these are the keys of its last run."""
        self._file.close()
        self._part.replace(self._place)

    def abandon(self) -> None:
        """The run did not come to its end. Harmless after `finish`."""
        self._file.close()
        self._part.unlink(missing_ok=True)

    def __enter__(self) -> UsedKeys:
        return self

    def __exit__(self, kind: object, *rest: object) -> None:
        if kind is None:
            self.finish()
        else:
            self.abandon()


def used_keys(place: Path) -> list[bytes] | None:
    """The keys that the last run used, sorted, each once; None when no run is known."""
    try:
        data = place.read_bytes()
    except FileNotFoundError:
        return None
    return sorted(set(_cut(data)))


def _cut(data: bytes) -> Iterator[bytes]:
    for start in range(0, len(data) - KEY_BYTES + 1, KEY_BYTES):
        yield data[start : start + KEY_BYTES]
