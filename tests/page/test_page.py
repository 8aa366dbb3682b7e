"""The page of a spec: what it tells, in both forms, and that no text in it becomes markup."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.cli.conftest import Synthc, synthc

__all__ = ["synthc"]

ROOT = Path(__file__).parents[2]

HOSTILE = """synth 1

## A <script>alert(1)</script> page with `ticks`, | bars | and [a link](javascript:alert(1)).

## What it says: <img src=x onerror=alert(1)> ``` fence
param words: str = "</pre><script>alert(2)</script>"

model writer = simulated()

## The **kind** | of thing.
type Kind = "a|b" | "</td>"

dataset d of 4 {
  ## A <b>kind</b>.
  var kind: Kind = choice(["a|b", "</td>"])
  ## Not ```` closed.
  llm text: str = writer \"\"\"{{ words }} ```` </code> {{ kind }}\"\"\"
  ## No <i>.
  rule some: contains(kind, "b") implies (len(kind) if words != "" else 0) > 2 else drop
}

expect d { enough: count() >= 1 }

output "out/d.jsonl" from d
"""


class Tags(HTMLParser):
    """The tags of a document, which have to close."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in ("meta",):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_of_the_tutor_tells_what_a_reader_wants(synthc: Synthc) -> None:
    answer = synthc("docs", str(ROOT / "examples/tutor/tutor.synth"))
    assert answer.code == 0, answer.err
    for part in (
        "# tutor\n",
        "## What comes out",
        "```mermaid\nflowchart",
        "| `lessons.answer` | `writer` | 0 | 9 |",
        "26 answered already",
        "| `sound` | `grade.score >= 3` | `retry answer 2` |",
        'llm grade: Grade = judge """{{ rubric(question, answer) }}"""',
        "One row for each row of topics.",
        "Why do plants need light to make sugar?",
        "`mean(grade.score) >= 3`",
    ):
        assert part in answer.out, part


def test_a_page_is_one_file_without_scripts(synthc: Synthc, tmp_path: Path) -> None:
    (tmp_path / "d.synth").write_text(HOSTILE)
    answer = synthc("docs", "d.synth", "-o", "d.html")
    assert answer.code == 0, answer.err
    text = (tmp_path / "d.html").read_text()
    found = Tags()
    found.feed(text)
    assert found.open == []
    assert {"table", "svg", "pre", "h1", "nav"} <= found.seen
    assert not found.seen & {"script", "img", "b", "i", "iframe", "object", "link"}
    assert not any(name.startswith("on") for name in found.attributes)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text and "default-src 'none'" in text
    assert len(re.findall("<h1", text)) == 1


def test_text_is_no_markup_in_markdown_either(synthc: Synthc, tmp_path: Path) -> None:
    (tmp_path / "d.synth").write_text(HOSTILE)
    text = synthc("docs", "d.synth", "--samples", "0").out
    assert "<script>" not in re.sub(r"`[^\n]*`", "", text.replace("\\<", ""))
    assert "\\<script\\>" in text and "\\[a link\\](javascript" in text
    assert "`````synth\n" in text
    assert '| `kind` | `var` | `"a\\|b" \\| "</td>"` | A \\<b\\>kind\\</b\\>. |' in text
    rows = [line for line in text.splitlines() if line.startswith("| `some`")]
    assert rows == [
        '| `some` | `contains(kind, "b") implies (len(kind) if words != "" else 0) > 2` | `drop` | No \\<i\\>. |'
    ]


def test_rows_are_shown_where_nothing_has_to_be_asked(synthc: Synthc, tmp_path: Path) -> None:
    spec = 'synth 1\n\ndataset d of 9 {\n  var n = integer(5, 5)\n}\n\noutput "out/d.jsonl" from d\n'
    (tmp_path / "d.synth").write_text(spec)
    assert synthc("docs", "d.synth", "--samples", "2").out.count("| 5 |") == 2
    assert "| 5 |" not in synthc("docs", "d.synth", "--samples", "0").out
    paid = spec.replace("dataset", 'model w = openai("m", base_url="http://127.0.0.1:9/v1")\n\ndataset').replace(
        "var n = integer(5, 5)", 'llm n: str = w "{{ row }}"'
    )
    (tmp_path / "paid.synth").write_text(paid)
    answer = synthc("docs", "paid.synth")
    assert answer.code == 0 and "9 model calls to make" in answer.out and "The first rows" not in answer.out
    assert not (tmp_path / "out").exists()


def test_a_folder_stands_for_its_main_spec_and_a_broken_spec_is_told(synthc: Synthc, tmp_path: Path) -> None:
    assert synthc("new", "shop", "--from", "shop").code == 0
    assert synthc("docs", "shop").out.startswith("# shop\n")
    (tmp_path / "bad.synth").write_text("synth 1\n\ndataset d of 3 {\n  var a = nothing\n}\n")
    answer = synthc("docs", "bad.synth")
    assert answer.code == 1 and "E0201" in answer.err
    assert synthc("docs", "missing.synth").code == 2
    assert synthc("docs", "shop", "--format", "json").code == 2
    assert synthc("docs", "len", "--format", "html").code == 2


@pytest.mark.slow
@pytest.mark.parametrize("sample", sorted((ROOT / "synthdsl/cli/starters").iterdir()), ids=lambda p: p.name)
def test_every_starter_has_a_page(synthc: Synthc, sample: Path, tmp_path: Path) -> None:
    assert synthc("new", "p", "--from", sample.name).code == 0
    answer = synthc("docs", "p", "--format", "html", "-o", "p.html")
    assert (answer.code, answer.err) == (0, "")
    found = Tags()
    found.feed((tmp_path / "p.html").read_text())
    assert found.open == []
