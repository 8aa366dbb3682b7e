"""How diagnostics look: a golden text for each shape, and that nothing makes the renderer fail."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthdsl.base.diagnostic import Diagnostic, Edit, Fix, Label
from synthdsl.base.span import NOWHERE, Source, Span
from synthdsl.cli.findings import listing, render, summary
from synthdsl.cli.findings_github import as_github
from synthdsl.cli.findings_json import as_json
from synthdsl.cli.findings_sarif import as_sarif
from synthdsl.cli.style import PLAIN, Style
from synthdsl.cli.text import width

TEXT = (
    'synth 1\n\ndataset a of 3 {\n\tvar 変数 = "日本" + \x1b[31mprodct\n  rule x: a and\n    b and\n  c\n'
    f"  var long = {'f(x) + ' * 40}bad{' + g(y)' * 30}\n}}\n"
)
SOURCE = Source("dir/a.synth", TEXT)
TEXTS = {"dir/a.synth": SOURCE}


def span(part: str) -> Span:
    at = TEXT.index(part)
    return Span("dir/a.synth", at, at + len(part))


MISSPELT = Diagnostic(
    "E0201",
    "There is no column 'prodct'.",
    span("prodct"),
    ("Did you mean 'product'?",),
    (Label(span("dataset a"), "in this dataset"), Label(Span("gone.synth", 3, 4), "declared here")),
    (Fix("Write 'product'", (Edit(span("prodct"), "product"),), safe=True),),
)

GOLDEN = {
    "one line, tabs, wide characters, escapes": (
        MISSPELT,
        """\
error[E0201] unknown-name: There is no column 'prodct'.
 --> dir/a.synth:4:23
  |
4 |     var 変数 = "日本" + \\x1b[31mprodct
  |                                 ^^^^^^
 ::: dir/a.synth:3:1
3 | dataset a of 3 {
  | --------- in this dataset
  = note: declared here: gone.synth
  |
  = note: Did you mean 'product'?
  = fix: Write 'product'.""",
    ),
    "several lines from the middle of one": (
        Diagnostic("E0301", "A rule is true or false.", span("a and\n    b and\n  c")),
        """\
error[E0301] type-mismatch: A rule is true or false.
 --> dir/a.synth:5:11
  |
5 |     rule x: a and
  |  ___________^
6 | |     b and
7 | |   c
  | |___^""",
    ),
    "several lines from the first word of one": (
        Diagnostic("E0301", "A rule is true or false.", span("rule x: a and\n    b and\n  c")),
        """\
error[E0301] type-mismatch: A rule is true or false.
 --> dir/a.synth:5:3
  |
5 | /   rule x: a and
6 | |     b and
7 | |   c
  | |___^""",
    ),
    "many lines": (
        Diagnostic("E0301", "All of it.", Span("dir/a.synth", 0, len(TEXT))),
        """\
error[E0301] type-mismatch: All of it.
 --> dir/a.synth:1:1
  |
1 | / synth 1
2 | |
3 | | dataset a of 3 {
  | | …
9 | | }
  | |_^""",
    ),
    "the end": (
        Diagnostic("E0113", "The file ends here.", Span("dir/a.synth", len(TEXT), len(TEXT))),
        """\
error[E0113] unexpected-end: The file ends here.
  --> dir/a.synth:10:1
   |
10 |
   | ^""",
    ),
    "a file that was not read": (
        Diagnostic("W0202", "Never used.", Span("other.synth", 5, 6), ("A\x07note.",)),
        """\
warning[W0202] unused-declaration: Never used.
  --> other.synth
   = note: A\\x07note.""",
    ),
    "nowhere": (
        Diagnostic("E0803", "Too\nfew\x1b[2J.", NOWHERE),
        "error[E0803] too-few-accepted: Too few\\x1b[2J.",
    ),
}


@pytest.mark.parametrize("shape", GOLDEN)
def test_golden(shape: str) -> None:
    diagnostic, text = GOLDEN[shape]
    assert render(diagnostic, TEXTS, PLAIN) == text


def test_a_long_line_is_cut_around_the_span() -> None:
    lines = render(Diagnostic("W0201", "Never read.", span("bad")), TEXTS, Style(columns=60)).splitlines()
    assert all(width(line) <= 60 for line in lines)
    shown, marks = lines[3], lines[4]
    assert shown.startswith("8 | …") and shown.endswith("…")
    assert shown[marks.index("^") : marks.rindex("^") + 1] == "bad"


def test_notes_are_wrapped_with_an_indent() -> None:
    lines = render(Diagnostic("W0201", "x", span("bad"), ("word " * 30,)), TEXTS, Style(columns=50)).splitlines()
    at = next(i for i, line in enumerate(lines) if "note:" in line)
    assert lines[at].startswith("  = note: word")
    assert lines[at + 1].startswith("          word")
    assert all(width(line) <= 50 for line in lines)


def test_colours_stand_around_the_same_text() -> None:
    import re

    coloured = render(MISSPELT, TEXTS, Style(coloured=True))
    assert "\x1b[31;1m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == render(MISSPELT, TEXTS, PLAIN)


@given(
    st.text(st.characters() | st.sampled_from("\n\t\r日\x1b\u202e"), max_size=80),
    st.integers(0, 90),
    st.integers(0, 90),
    st.integers(0, 80),
)
def test_every_span_of_every_text_can_be_shown(text: str, a: int, b: int, columns: int) -> None:
    texts = {"x": Source("x", text)}
    place = Span("x", min(a, b), max(a, b))
    for style in (PLAIN, Style(columns=columns)):
        shown = render(Diagnostic("E0101", text, place, labels=(Label(place, text),)), texts, style)
        assert not any(ord(c) < 32 and c != "\n" for c in shown)
        assert "^" in shown


def test_the_summary() -> None:
    error, warning = GOLDEN["the end"][0], GOLDEN["a file that was not read"][0]
    assert summary([error, warning, error]) == "2 errors, 1 warning"
    assert summary([warning]) == "1 warning"
    assert listing([warning, error], TEXTS, PLAIN).endswith("\n\n1 error, 1 warning. `synthc explain E0113` says more.")
    assert listing([], TEXTS, PLAIN) == ""


def test_json() -> None:
    made = json.loads(as_json([MISSPELT, GOLDEN["nowhere"][0]], TEXTS))
    assert made[0] | {"labels": None, "fixes": None} == {
        "file": "dir/a.synth",
        "line": 4,
        "col": 23,
        "end_line": 4,
        "end_col": 29,
        "code": "E0201",
        "name": "unknown-name",
        "severity": "error",
        "message": "There is no column 'prodct'.",
        "notes": ["Did you mean 'product'?"],
        "labels": None,
        "fixes": None,
    }
    assert made[0]["labels"][0]["message"] == "in this dataset" and made[0]["labels"][0]["line"] == 3
    (edit,) = made[0]["fixes"][0]["edits"]
    assert TEXT[edit["start"] : edit["stop"]] == "prodct" and edit["text"] == "product"
    assert made[1]["file"] is None and made[1]["line"] is None


def test_github() -> None:
    hostile = Diagnostic("E0101", "100% of\nlines, all: here", Span("a,b:c%.synth", 0, 1), ("A note.",))
    one, two = as_github([MISSPELT, hostile], TEXTS).splitlines()
    assert one == (
        "::error file=dir/a.synth,line=4,endLine=4,col=23,endColumn=28,title=E0201 unknown-name"
        "::There is no column 'prodct'. Did you mean 'product'?"
    )
    assert two == ("::error file=a%2Cb%3Ac%25.synth,title=E0101 unexpected-token::100%25 of%0Alines, all: here A note.")


def test_sarif_has_what_its_schema_requires() -> None:
    found = [d for d, _ in GOLDEN.values()]
    log = json.loads(as_sarif(found, TEXTS, "1.2.3"))
    assert log["version"] == "2.1.0" and log["$schema"].endswith("sarif-schema-2.1.0.json")
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] == "synthc" and driver["version"] == "1.2.3"
    ids = [rule["id"] for rule in driver["rules"]]
    assert len(ids) == len(set(ids)) and len(run["results"]) == len(found)
    for result in run["results"]:
        assert result["message"]["text"] and result["level"] in ("error", "warning")
        assert ids[result["ruleIndex"]] == result["ruleId"]
        for location in result.get("locations", []):
            place = location["physicalLocation"]
            assert " " not in place["artifactLocation"]["uri"]
            region = place.get("region")
            if region:
                assert (region["endLine"], region["endColumn"]) >= (region["startLine"], region["startColumn"])
                assert region["startLine"] >= 1 and region["startColumn"] >= 1
        for fix in result.get("fixes", []):
            assert fix["artifactChanges"][0]["replacements"][0]["insertedContent"] == {"text": "product"}
    assert run["results"][0]["relatedLocations"][0]["message"]["text"] == "in this dataset"
