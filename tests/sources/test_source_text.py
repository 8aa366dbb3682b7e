"""Documents, and their pieces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthdsl.dataset.store import StoredTable
from synthdsl.sources.chunking import by_heading, by_paragraph, by_words
from synthdsl.types.terms import INT, STR
from tests.sources.project import Project

GUIDE = """Intro before any heading.

# One

First paragraph of one.
It has two lines.

```python
# not a heading

x = 1
```

# Two #
## Two a

Text.
"""


def test_documents_are_sorted_and_hidden_ones_left_out(project: Project) -> None:
    for name in ("b.md", "a/z.md", "a/y.txt", ".hidden.md", ".git/x.md", "a/b/c/deep.md"):
        project.write(f"docs/{name}", name)
    project.write("docs/zip.md.gz", "packed")

    def found(pattern: str) -> list[str]:
        return [row["document"] for row in project.rows(project.call("text", pattern), document=STR)]

    assert found("docs/**/*.md") == ["docs/a/b/c/deep.md", "docs/a/z.md", "docs/b.md"]
    assert found("docs/*.md") == ["docs/b.md"]
    assert found("docs/*/*.[mt][dx]*") == ["docs/a/y.txt", "docs/a/z.md"]
    assert found("docs/?.md") == ["docs/b.md"]
    assert found("docs/.*.md") == ["docs/.hidden.md"]
    assert found("docs/b.md") == ["docs/b.md"]
    assert found("docs/[!a].md") == ["docs/b.md"]
    assert len(found("docs/**")) == 5
    assert project.rows(project.call("text", "docs/*.gz"), text=STR) == [{"text": "packed"}]


def test_content_and_encoding(project: Project) -> None:
    project.write("a.txt", "\ufeffone\r\ntwo\r\n")
    project.write("b.txt", "Zoë".encode("latin-1"))
    assert project.rows(project.call("text", "a.txt")) == [{"document": "a.txt", "text": "one\ntwo\n"}]
    found = project.refused_alike(project.call("text", "*.txt"), text=STR)
    assert (found.code, found.message) == ("E0603", "b.txt:1: byte 2 (0xeb) is no utf-8.")
    assert project.rows(project.call("text", "b.txt", encoding="latin-1"), text=STR) == [{"text": "Zoë"}]


def test_chunks_are_rows(project: Project) -> None:
    project.write("a.txt", " ".join(f"w{i}" for i in range(10)))
    project.write("b.txt", "  \n ")
    project.write("c.txt", "single")
    call = project.call("text", "*.txt", ("chunk", {"words": 4, "overlap": 1}))
    assert project.types(call) == {"document": STR, "text": STR, "chunk": INT}
    assert project.rows(call) == [
        {"document": "a.txt", "text": "w0 w1 w2 w3", "chunk": 0},
        {"document": "a.txt", "text": "w3 w4 w5 w6", "chunk": 1},
        {"document": "a.txt", "text": "w6 w7 w8 w9", "chunk": 2},
        {"document": "c.txt", "text": "single", "chunk": 0},
    ]
    assert project.rows(call, text=STR, chunk=INT)[3] == {"text": "single", "chunk": 0}
    only_blank = project.call("text", "b.txt", ("chunk", {}))
    assert project.refusal(only_blank, text=STR).code == "E0607"


def test_chunks_of_other_sources_and_their_keys(project: Project) -> None:
    project.write("t.csv", "id,body\n1,a b c\n2,d e f\n")
    call = project.call("csv", "t.csv", ("chunk", {"words": 2, "column": "body"}), key="id")
    table = project.table(call, id=INT, body=STR, chunk=INT)
    assert list(zip(table.column("id"), table.column("chunk"), table.column("body"), strict=True)) == [
        (1, 0, "a b"),
        (1, 1, "c"),
        (2, 0, "d e"),
        (2, 1, "f"),
    ]
    project.write("t.csv", "id,body\n0,new row\n2,changed text f\n1,a b c\n")
    again = project.table(call, id=INT, body=STR, chunk=INT)

    def keys(table: StoredTable) -> dict[tuple[int, int], int]:
        rows = zip(table.column("id"), table.column("chunk"), table.keys().tolist(), strict=True)
        return {(row, piece): key for row, piece, key in rows}

    before, after = keys(table), keys(again)
    assert {at: after[at] for at in before} == before
    project.write("t.csv", "id,body\n1,a b c\n1,d e f\n")
    assert project.refused_alike(call, id=INT, body=STR).code == "E0608"


def test_an_inserted_paragraph_leaves_the_keys_of_the_others(project: Project) -> None:
    call = project.call("text", "a.md", ("chunk", {"by": "paragraph"}))

    def keys(text: str) -> dict[str, int]:
        project.write("a.md", text)
        table = project.table(call)
        return dict(zip(table.column("text"), table.keys().tolist(), strict=True))

    before, after = keys("One.\n\nTwo.\n"), keys("New.\n\nOne.\n\nTwo.\n")
    assert {text: after[text] for text in before} == before


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"words": 0}, "E0309"),
        ({"words": 5, "overlap": 5}, "E0309"),
        ({"words": 5, "overlap": -1}, "E0309"),
        ({"by": "sentence"}, "E0309"),
        ({"by": "heading", "overlap": 3}, "E0309"),
        ({"column": "body"}, "E0605"),
    ],
)
def test_bad_chunks(project: Project, arguments: dict[str, object], code: str) -> None:
    project.write("a.md", "x")
    assert [d.code for d in project.describe(project.call("text", "a.md", ("chunk", arguments)))[1]] == [code]


def test_columns_that_chunk_cannot_take_or_give(project: Project) -> None:
    project.write("t.csv", "text,chunk\n1,2\n")
    call = project.call("csv", "t.csv", ("chunk", {}))
    assert [d.code for d in project.describe(call)[1]] == ["E0301"]
    project.write("t.csv", "text,chunk\na,2\n")
    assert [d.code for d in project.describe(call)[1]] == ["E0210"]
    assert [d.code for d in project.describe(call, text=STR, chunk=STR)[1]] == ["E0301"]


def test_sections_of_markdown() -> None:
    assert by_heading(GUIDE, None, 0) == [
        "Intro before any heading.",
        "# One\n\nFirst paragraph of one.\nIt has two lines.\n\n```python\n# not a heading\n\nx = 1\n```",
        "# Two #",
        "## Two a\n\nText.",
    ]
    assert by_heading(GUIDE, 12, 0)[1:3] == [
        "# One\n\nFirst paragraph of one.\nIt has two lines.",
        "```python\n# not a heading\n\nx = 1\n```",
    ]


def test_paragraphs() -> None:
    text = "a b\n\nc d e\n \n\nf g h i j k\n\n```\n\ncode\n\n```\n"
    assert by_paragraph(text, None, 0) == ["a b", "c d e", "f g h i j k", "```\n\ncode\n\n```"]
    assert by_paragraph(text, 5, 0) == ["a b\n\nc d e", "f g h i j", "k", "```\n\ncode\n\n```"]
    assert by_paragraph("a b\n\nc\n\nd e\n\nf", 3, 1) == ["a b\n\nc", "c\n\nd e", "f"]


TEXTS = st.lists(st.sampled_from([*"ab \n\r\té", "\n\n", "\n```\n", "~~~\n", "\n# "]), max_size=60).map("".join)


@given(TEXTS, st.integers(1, 6), st.integers(0, 5))
def test_windows_cover_all_words(text: str, words: int, overlap: int) -> None:
    overlap = min(overlap, words - 1)
    pieces = by_words(text, words, overlap)
    assert all(piece in text and 0 < len(piece.split()) <= words for piece in pieces)
    joined = pieces[0].split() if pieces else []
    for piece in pieces[1:]:
        assert joined[len(joined) - overlap :] == piece.split()[:overlap] if overlap else True
        joined += piece.split()[overlap:]
    assert joined == text.split()


@given(TEXTS, st.none() | st.integers(1, 6))
def test_paragraphs_and_sections_lose_nothing(text: str, words: int | None) -> None:
    for cut in (by_paragraph, by_heading):
        pieces = cut(text, words, 0)
        assert [w for piece in pieces for w in piece.split()] == text.split()
        assert all(piece in text and piece == piece.strip() for piece in pieces)
        assert words is None or all(len(piece.split()) <= words for piece in pieces)


@given(TEXTS, st.integers(1, 6), st.integers(0, 5))
def test_overlap_never_stands_still(text: str, words: int, overlap: int) -> None:
    pieces = by_paragraph(text, words, min(overlap, words - 1))
    assert len(pieces) <= len(text.split())
    assert {w for piece in pieces for w in piece.split()} == set(text.split())
