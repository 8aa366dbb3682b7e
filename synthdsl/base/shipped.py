"""Where the files are that travel with the compiler but are not Python: the grammar and the standard library.

In a wheel they lie under `synthdsl/_shipped/`; in a source checkout at the root of the repository.
"""

from __future__ import annotations

from pathlib import Path

KINDS = ("grammar", "specs")


def shipped(kind: str) -> Path:
    """The folder of one kind of shipped files, one of `KINDS`."""
    if kind not in KINDS:
        raise ValueError(f"no shipped files of kind {kind!r}")
    package = Path(__file__).resolve().parent.parent
    installed = package / "_shipped" / kind
    return installed if installed.is_dir() else package.parent / kind
