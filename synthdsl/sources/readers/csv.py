"""`csv`: rows of separated fields."""

from __future__ import annotations

from synthdsl.sources.contract import Reader, Request
from synthdsl.sources.delimited import DelimitedInput, check_delimited
from synthdsl.sources.places import named_file, only_file
from synthdsl.sources.suffixes import chain, check_suffix


def _open(request: Request) -> DelimitedInput:
    return DelimitedInput(named_file(request), request)


READER = Reader(
    name="csv",
    signatures=(
        "csv(const path: text, *, const key: text? = null, "
        'const delimiter: text = ",", const header: bool = true, '
        'const encoding: text = "utf-8", const quotes: bool = true) -> dataset',
    ),
    doc=(
        "The rows of a CSV file (RFC 4180), also compressed as `.csv.gz` or `.csv.zst`.\n\n"
        "Text is kept as it stands: `NO`, `02134` and `12:30` stay text unless the column is declared to be something "
        "else. An empty cell is null where the type is optional. A list or record is read from JSON in the cell. "
        "Columns that are not declared are left out; with no declaration, types are inferred from the first "
        "thousand rows.\n\n"
        "`key` names the column that identifies a row. `header=false`: the first row is data, and the declaration "
        "names the columns in their order. `quotes=false`: quotes are plain text."
    ),
    examples=('csv("people.csv", key="id")', 'csv("prices.csv.gz", delimiter=";", encoding="latin-1")'),
    open=_open,
    files=only_file,
    check=chain(check_suffix("csv"), check_delimited),
    cells=True,
)
