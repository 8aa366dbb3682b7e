"""Steps that a source may take after its reader: `|> chunk(...)`.

A step sees typed rows and gives more rows, with a column of its own; the other columns are repeated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from synthdsl.sources.chunking import by_heading, by_paragraph, by_words
from synthdsl.sources.suffixes import Finding
from synthdsl.types.relations import is_text
from synthdsl.types.show import show
from synthdsl.types.terms import INT, Field, RecordType

_WORDS = 200


@dataclass(frozen=True, slots=True)
class Step:
    """One kind of step. See `Reader` for the fields of the same names.

    adds: the columns of its own. needs: the column it works on, from the arguments.
    split: the pieces of one row's text.
    """

    name: str
    signatures: tuple[str, ...]
    doc: str
    examples: tuple[str, ...]
    adds: tuple[Field, ...]
    needs: Callable[[dict[str, Any]], str]
    check: Callable[[dict[str, Any]], Iterator[Finding]]
    split: Callable[[str, dict[str, Any]], Sequence[str]]


def check_row(step: Step, arguments: dict[str, Any], row: RecordType) -> Iterator[Finding]:
    """What is wrong with the step on rows of this type."""
    name = step.needs(arguments)
    field = row.field(name)
    if field is None:
        note = f'Another column is named by `{step.name}(column="...")`.'
        yield "E0605", f"There is no column '{name}' for {step.name}() to split.", (note,)
    elif not is_text(field.type):
        yield "E0301", f"{step.name}() splits text, but '{name}' is {show(field.type)}.", ()
    for added in step.adds:
        if row.field(added.name) is not None:
            yield "E0210", f"{step.name}() adds the column '{added.name}', which the file has already.", ()


def _check(arguments: dict[str, Any]) -> Iterator[Finding]:
    words, overlap, by = arguments["words"], arguments["overlap"], arguments["by"]
    if by not in ("words", "paragraph", "heading"):
        yield "E0309", f"chunk() goes by words, paragraph or heading, not by '{by}'.", ()
    if words is not None and words < 1:
        yield "E0309", f"A chunk has at least one word, not {words}.", ()
    limit = words if words is not None else _WORDS
    if overlap < 0 or (overlap > 0 and overlap >= limit):
        yield "E0309", f"The overlap of {overlap} words must be smaller than the chunk of {limit}.", ()
    elif overlap > 0 and words is None and by != "words":
        yield "E0309", "An overlap needs a size: chunk(words=, overlap=).", ()


def _split(text: str, arguments: dict[str, Any]) -> Sequence[str]:
    words, overlap = arguments["words"], arguments["overlap"]
    if arguments["by"] == "words":
        return by_words(text, words or _WORDS, overlap)
    return (by_paragraph if arguments["by"] == "paragraph" else by_heading)(text, words, overlap)


CHUNK = Step(
    name="chunk",
    signatures=(
        'chunk(*, const words: int? = null, const overlap: int = 0, const by: text = "words", '
        'const column: text = "text") -> dataset',
    ),
    doc=(
        "One row for each piece of a text. The column `chunk` numbers the pieces of a row from 0; the other columns "
        "are repeated.\n\n"
        '- `by="words"`: windows of `words` words (200 unless given), each repeating the last `overlap` of the one '
        "before;\n"
        '- `by="paragraph"`: paragraphs, put together up to `words` words where that is given;\n'
        '- `by="heading"`: Markdown sections, each with its heading; those longer than `words` words are cut at '
        "paragraphs.\n\n"
        "A word is what stands between blanks. Fenced code is never cut at its blank lines. Blank texts give no row."
    ),
    examples=(
        'text("docs/**/*.md") |> chunk(words=300, overlap=40)',
        'jsonl("pages.jsonl") |> chunk(by="heading", words=400, column="body")',
    ),
    adds=(Field("chunk", INT, "The number of the piece in its text, from 0."),),
    needs=lambda arguments: str(arguments["column"]),
    check=_check,
    split=_split,
)

STEPS: dict[str, Step] = {"chunk": CHUNK}
"""All steps by name."""
