"""`tsv`: rows of fields separated by tabs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from synthdsl.sources.contract import Reader, Request
from synthdsl.sources.delimited import DelimitedInput, check_delimited
from synthdsl.sources.places import named_file, only_file
from synthdsl.sources.suffixes import Finding, chain, check_suffix


def _tabbed(arguments: dict[str, Any]) -> dict[str, Any]:
    return {**arguments, "delimiter": "\t"}


def _open(request: Request) -> DelimitedInput:
    request = replace(request, arguments=_tabbed(request.arguments))
    return DelimitedInput(named_file(request), request)


def _check(arguments: dict[str, Any]) -> list[Finding]:
    return list(check_delimited(_tabbed(arguments)))


READER = Reader(
    name="tsv",
    signatures=(
        "tsv(const path: text, *, const key: text? = null, const header: bool = true, "
        'const encoding: text = "utf-8", const quotes: bool = true) -> dataset',
    ),
    doc=(
        "The rows of a file of fields separated by tabs, also compressed as `.tsv.gz` or `.tsv.zst`.\n\n"
        "As `csv` in everything else. Files whose fields hold single quotation marks are read with `quotes=false`."
    ),
    examples=('tsv("people.tsv", key="id")', 'tsv("corpus.tsv.zst", quotes=false)'),
    open=_open,
    files=only_file,
    check=chain(check_suffix("tsv"), _check),
    cells=True,
)
