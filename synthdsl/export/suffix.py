"""The file suffix picks the encoding; a path without one (or with a slash at its end) is a folder of shards."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

Encoding = Literal["jsonl", "json", "csv", "parquet"]
Compression = Literal["", "gz", "zst"]


@dataclass(frozen=True, slots=True)
class Target:
    """How a path is written: `folder` is a folder of Parquet shards with card and manifest."""

    encoding: Encoding
    compression: Compression = ""
    folder: bool = False


SUFFIXES: dict[str, Target] = {
    ".jsonl": Target("jsonl"),
    ".jsonl.gz": Target("jsonl", "gz"),
    ".jsonl.zst": Target("jsonl", "zst"),
    ".json": Target("json"),
    ".csv": Target("csv"),
    ".parquet": Target("parquet"),
}

FOLDER = Target("parquet", folder=True)


def target_of(path: str) -> Target | None:
    """How the file (or folder) of that path is written; None for a suffix that is not known."""
    suffix = suffix_of(path)
    return FOLDER if not suffix else SUFFIXES.get(suffix)


def suffix_of(path: str) -> str:
    """The known suffix the path ends in, else its last one; empty for a folder."""
    if path.endswith("/"):
        return ""
    known = [s for s in SUFFIXES if path.endswith(s) and not path.endswith("/" + s) and path != s]
    return max(known, key=len) if known else PurePosixPath(path).suffix


def stem_of(path: str) -> str:
    """The name of the file or folder without folders above it and without its suffix."""
    return PurePosixPath(path).name.removesuffix(suffix_of(path))
