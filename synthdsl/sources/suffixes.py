"""What file suffixes say: the reader they belong to, and kinds of file that no reader takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

OWNER: dict[str, str] = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".parquet": "parquet",
    ".sqlite": "sqlite",
    ".sqlite3": "sqlite",
    ".duckdb": "duckdb",
    ".md": "text",
    ".markdown": "text",
}

FOREIGN: dict[str, str] = {
    ".xlsx": "a spreadsheet",
    ".xls": "a spreadsheet",
    ".ods": "a spreadsheet",
    ".arrow": "an Arrow file",
    ".feather": "an Arrow file",
    ".avro": "an Avro file",
    ".orc": "an ORC file",
    ".pkl": "a pickle",
    ".pickle": "a pickle",
    ".pdf": "a PDF document",
    ".docx": "a word processor's document",
    ".zip": "an archive of files",
    ".tar": "an archive of files",
    ".tgz": "an archive of files",
    ".7z": "an archive of files",
    ".rar": "an archive of files",
    ".bz2": "compressed by bzip2",
    ".xz": "compressed by xz",
    ".lz4": "compressed by lz4",
    ".br": "compressed by Brotli",
}

COMPRESSED = (".gz", ".zst")
TEXTS = frozenset({"csv", "tsv", "jsonl", "json", "text"})
_ALIKE = {"csv": {"tsv"}, "tsv": {"csv"}, "text": OWNER.keys() | set(OWNER.values())}

Finding = tuple[str, str, tuple[str, ...]]


def check_suffix(reader: str) -> Any:
    """The check of a reader's `path`: E0611 for the suffix of another kind of file."""

    def check(arguments: dict[str, Any]) -> Iterator[Finding]:
        path = str(arguments["path"]).lower()
        squeezed = path.endswith(COMPRESSED)
        if squeezed and reader in TEXTS:
            path = path.rsplit(".", 1)[0]
        suffix = "." + path.rsplit("/", 1)[-1].rsplit(".", 1)[-1]
        if suffix in FOREIGN:
            note = "Compressed text may end in .gz or .zst." if FOREIGN[suffix].startswith("comp") else _READ
            yield "E0611", f"The suffix '{suffix}' says {FOREIGN[suffix]}, which no reader takes.", (note,)
        elif suffix in COMPRESSED:
            yield "E0611", f"{reader}() does not read compressed files, as the suffix '{suffix}' says.", ()
        else:
            owner = OWNER.get(suffix, reader)
            if owner != reader and owner not in _ALIKE.get(reader, ()):
                message = f"The suffix '{suffix}' is that of {owner}(), not of {reader}()."
                yield "E0611", message, (f'Did you mean `{owner}("{arguments["path"]}")`?',)

    return check


_READ = f"Readers take {', '.join(OWNER)} and plain text."


def chain(*checks: Any) -> Any:
    """One check out of several."""

    def check(arguments: dict[str, Any]) -> Iterable[Finding]:
        return [finding for one in checks for finding in one(arguments)]

    return check
