"""The language server, asked by a real client over standard input and output."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from synthdsl.pipeline import compile_spec
from tests.lsp.client import Client, Refused

SPEC = '''synth 1

import std.judge (Grade, rubric)
import "./shared.synth" as shared

## How bad it is.
type Severity = "low" | "high"

param rows: int = 10
model writer = simulated()

## Tickets of a shop.
dataset tickets of rows {
  ## What broke.
  var product = choice(["router", "sim"])
  var severity: Severity = choice({"low": 60%, "high": 40%})
  template body = """
    {{ product }} {% for w in split(product, "-") %}{{ w }}{% endfor %} {{ shared.greeting(name=product) }}
    """
  llm note: str = writer """Say {{ product }}, {{ severity }}"""
  llm grade: Grade = writer """{{ rubric(product, body) }}"""
  rule good: grade.score > 2 else drop
  var n = len(body)
}

dataset best = tickets |> filter(n > 3) |> select(text=body, n=n)

output "out/t.jsonl" from tickets as rows {
  product = product
  why = grade.reason + note
}

output "out/best.jsonl" from best as rows {
  text = text
  n = n
}
'''
SHARED = '''synth 1

## A greeting by name.
template greeting(name: str) = """Dear {{ name }}."""

template twice(name: str) = """{{ greeting(name=name) }} {{ greeting(name) }}"""
'''


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    folder = tmp_path_factory.mktemp("project")
    (folder / ".git").mkdir()
    (folder / "shared.synth").write_text(SHARED)
    with Client(folder) as client:
        assert client.open("a.synth", SPEC) == []
        yield client


@pytest.fixture
def typed(client: Client) -> Iterator[Client]:
    """The client, with the document as it was afterwards."""
    yield client
    if client.texts["a.synth"] != SPEC:
        client.type("a.synth", SPEC)


def _hover(client: Client, text: str, inside: int = 1) -> str:
    found = client.ask("textDocument/hover", client.at("a.synth", text, inside))
    return "" if found is None else str(found["contents"]["value"])


def _labels(client: Client, new: str, at: str, nth: int = 0) -> list[str]:
    client.type("a.synth", new)
    found = client.ask("textDocument/completion", client.at("a.synth", at, len(at), nth))
    return [x["label"] for x in found]


def _defined(client: Client, text: str, inside: int = 1) -> tuple[str, int]:
    found = client.ask("textDocument/definition", client.at("a.synth", text, inside))
    return Path(found["uri"]).name, found["range"]["start"]["line"]


def test_findings_come_as_one_types_with_their_fix(typed: Client) -> None:
    found = typed.type("a.synth", SPEC.replace("{{ product }} {%", "{{ prodct }} {%"))
    (wrong,) = [d for d in found if d["code"] == "E0201"]
    assert typed.slice("a.synth", wrong["range"]) == "prodct"
    assert wrong["message"].startswith("There is no 'prodct' here.") and wrong["severity"] == 1
    params = {"textDocument": {"uri": typed.uri("a.synth")}, "range": wrong["range"], "context": {"diagnostics": found}}
    (action,) = typed.ask("textDocument/codeAction", params)
    assert action["title"] == "Write 'product'" and action["diagnostics"][0]["code"] == "E0201"
    assert typed.edited("a.synth", action["edit"]["changes"][typed.uri("a.synth")]) == SPEC
    assert typed.type("a.synth", SPEC) == []


def test_a_mistake_in_an_imported_file_stands_at_the_import(typed: Client) -> None:
    broken = SHARED.replace("{{ name }}.", "{{ nme }}.")
    typed.launch("shared.synth", broken)
    found = typed.diagnostics("a.synth")
    assert [typed.slice("a.synth", d["range"]) for d in found] == ['"./shared.synth"']
    assert found[0]["relatedInformation"][0]["location"]["uri"] == typed.uri("shared.synth")
    (typed.folder / "shared.synth").write_text(SHARED)
    typed.change("shared.synth", SHARED)
    assert typed.diagnostics("a.synth") == []
    typed.tell("textDocument/didClose", {"textDocument": {"uri": typed.uri("shared.synth")}})


def test_hover_tells_type_documentation_and_values(client: Client) -> None:
    told = _hover(client, "{{ product", 4)
    assert 'var product: "router" | "sim"' in told and "What broke." in told
    assert "For example `" in told and '"router"' in told
    assert "w: str" in _hover(client, "{{ w }}", 3)
    assert "param rows: int = 10" in _hover(client, "of rows", 4)
    assert "score: int(1..5)" in _hover(client, "score") and "From 1" in _hover(client, "score")
    assert "A greeting by name." in _hover(client, "greeting(", 2)
    assert "len(" in _hover(client, "len(body)")
    assert "body: str" in _hover(client, "dataset tickets", 10)
    assert "Read by everybody" in _hover(client, "as rows", 4)
    assert _hover(client, "Tickets of a shop") == ""


@pytest.mark.parametrize(
    ("old", "new", "at", "nth", "wanted", "unwanted"),
    [
        ("Say {{ product }}", "Say {{ grade. }}", "{{ grade.", 0, {"reason", "score"}, {"product"}),
        ("Say {{ product }}", "Say {{ grade.", "{{ grade.", 0, {"reason", "score"}, {"product"}),
        ("Say {{ product }}", "Say {{ grade.re }}", "{{ grade.re", 0, {"reason", "score"}, {"product"}),
        ("Say {{ product }}", "Say {% if grade.", "{% if grade.", 0, {"reason", "score"}, {"product"}),
        ("Say {{ product }}", "Say {{ ", "Say {{ ", 0, {"product", "severity", "rubric"}, {"reason", "w"}),
        ("{{ w }}", "{{ ", "%}{{ ", 0, {"product", "w"}, {"reason"}),
        ("{{ w }}", "{{ w | }}", "{{ w | ", 0, {"upper", "join"}, {"product"}),
        ("var n = len(body)", "var n = len(bo", "len(bo", 0, {"body", "product", "choice"}, {"reason"}),
        ("var n = len(body)", "var n = grade.", "= grade.", 0, {"reason", "score"}, {"body"}),
        ("text = text", "text = tickets.", "= tickets.", 0, {"body", "n"}, {"text"}),
        ("filter(n > 3)", "filter(", "filter(", 0, {"n", "body"}, {"text"}),
        ("note: str", "note: ", "note: ", 0, {"Severity", "Grade", "str"}, {"product"}),
        ("grade.reason + note", "", "why = ", 0, {"grade", "note", "product"}, {"w"}),
        ("import std.judge (Grade, rubric)", "import std.", "import std.", 0, {"judge", "evol"}, {"product"}),
        ("from best as rows {", "from best as  {", "from best as ", 0, {"chat", "preference"}, {"product"}),
        ("  rule good", "  \n  rule good", '}}"""\n  ', 1, {"var", "llm", "rule"}, set()),
    ],
)
def test_completion(typed: Client, old: str, new: str, at: str, nth: int, wanted: set[str], unwanted: set[str]) -> None:
    assert old in SPEC
    found = set(_labels(typed, SPEC.replace(old, new, 1), at, nth))
    assert wanted <= found
    assert not unwanted & found


def test_definition(client: Client) -> None:
    lines = SPEC.split("\n")

    def line(text: str) -> tuple[str, int]:
        return "a.synth", next(i for i, x in enumerate(lines) if text in x)

    assert _defined(client, "{{ product", 4) == line("var product")
    assert _defined(client, "{{ w }}", 3) == line("for w in")
    assert _defined(client, "{{ rubric", 4)[0] == "judge.synth"
    assert _defined(client, "grade.score", 7)[0] == "judge.synth"
    assert _defined(client, "std.judge", 5) == ("judge.synth", 0)
    assert _defined(client, "shared.greeting", 8) == ("shared.synth", 3)
    assert _defined(client, "greeting(name", 10) == ("shared.synth", 3)
    assert _defined(client, "severity: Severity", 12) == line("type Severity")
    assert _defined(client, "from tickets", 6) == line("dataset tickets")
    assert _defined(client, "filter(n", 7) == line("var n")
    assert _defined(client, "text = text", 8) == line("select(text=body")
    assert _defined(client, "= writer", 3) == line("model writer")


def _references(client: Client, text: str, inside: int = 1, own: bool = True) -> list[tuple[str, int]]:
    params = {**client.at("a.synth", text, inside), "context": {"includeDeclaration": own}}
    found = client.ask("textDocument/references", params)
    return [(Path(r["uri"]).name, r["range"]["start"]["line"]) for r in found]


def test_references_are_found_in_all_files(client: Client) -> None:
    product = [f for f, _ in _references(client, "{{ product", 4)]
    assert product == ["a.synth"] * 7
    assert len(_references(client, "{{ product", 4, own=False)) == 6
    other = [("shared.synth", 3), ("shared.synth", 5), ("shared.synth", 5)]
    assert _references(client, "shared.greeting", 8) == [("a.synth", 17), *other]
    marks = client.ask("textDocument/documentHighlight", client.at("a.synth", "{{ w }}", 3))
    assert len(marks) == 2


def _renamed(client: Client, text: str, inside: int, name: str) -> dict[str, str]:
    place = client.at("a.synth", text, inside)
    client.ask("textDocument/prepareRename", place)
    changes = client.ask("textDocument/rename", {**place, "newName": name})["changes"]
    found = {}
    for uri, edits in changes.items():
        file = Path(uri).name
        if file not in client.texts:
            client.texts[file] = (client.folder / file).read_text()
        found[file] = client.edited(file, edits)
    return found


@pytest.mark.parametrize(
    ("text", "inside", "name", "moved"),
    [
        ("{{ product", 4, "item", "moved tickets.product -> tickets.item"),
        ("dataset tickets", 10, "letters", "moved tickets -> letters"),
        ("llm note", 5, "remark", "moved tickets.note -> tickets.remark"),
        ("template body", 10, "letter", ""),
        ("{{ w }}", 3, "word", ""),
        ("type Severity", 6, "Weight", ""),
        ("shared.greeting", 8, "hello", ""),
        ("greeting(name", 10, "who", ""),
        ("param rows", 7, "size", ""),
        ("= writer", 3, "author", ""),
        ("rule good", 6, "fine", ""),
    ],
)
def test_rename_keeps_the_meaning(
    client: Client, tmp_path: Path, text: str, inside: int, name: str, moved: str
) -> None:
    files = _renamed(client, text, inside, name)
    assert moved in files["a.synth"] and files["a.synth"].count("moved ") == bool(moved)
    for file, old in (("a.synth", SPEC), ("shared.synth", SHARED)):
        (tmp_path / file).write_text(files.get(file, old))
    compiled = compile_spec(tmp_path / "a.synth")
    assert compiled.diagnostics == ()
    assert compiled.ok


def test_what_cannot_be_renamed_is_refused(client: Client) -> None:
    for text, inside, name, why in (
        ("var product", 5, "severity", "already"),
        ("var product", 5, "two words", "no name"),
        ("var product", 5, "match", "a word of the language"),
        ("type Severity", 6, "severity", "capital"),
        ("grade.score", 7, "points", "shipped library"),
        ("len(", 1, "size", "Nothing"),
    ):
        with pytest.raises(Refused, match=why):
            client.ask("textDocument/rename", {**client.at("a.synth", text, inside), "newName": name})


def test_outline_hints_and_lenses(client: Client) -> None:
    document = {"textDocument": {"uri": client.uri("a.synth")}}
    symbols = _ask(client, "documentSymbol", document)
    outline = {s["name"]: [c["name"] for c in s.get("children") or []] for s in symbols}
    assert outline["tickets"] == ["product", "severity", "body", "note", "grade", "good", "n"]
    assert {"Severity", "rows", "writer", "best", "out/t.jsonl"} <= outline.keys()
    everything = {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}}
    deadline = time.monotonic() + 20
    hints: dict[str, int] = {}
    while time.monotonic() < deadline and not any("call" in h for h in hints):
        found = _ask(client, "inlayHint", {**document, "range": everything})
        hints = {h["label"].strip(): h["position"]["line"] for h in found}
    lines = SPEC.split("\n")
    assert "var n" in lines[hints[": int(min=0)"]] and "var product" in lines[hints[': "router" | "sim"']]
    assert any(h.startswith(("10 calls", "up to 10 calls")) for h in hints)
    lenses = _ask(client, "codeLens", document)
    assert [x["command"]["arguments"][1] for x in lenses] == ["tickets", "best"]


def _ask(client: Client, what: str, params: dict[str, Any]) -> Any:
    return client.ask(f"textDocument/{what}", params)


def test_formatting(typed: Client) -> None:
    params = {"textDocument": {"uri": typed.uri("a.synth")}, "options": {"tabSize": 2, "insertSpaces": True}}
    assert _ask(typed, "formatting", params) == []
    typed.type("a.synth", SPEC.replace("  var n = len(body)", "      var   n=len( body )"))
    assert typed.edited("a.synth", _ask(typed, "formatting", params)) == SPEC
    typed.type("a.synth", SPEC.replace("var n = len(body)", "var n = len(body"))
    assert _ask(typed, "formatting", params) == []


@pytest.mark.slow
def test_no_half_written_text_breaks_it(typed: Client) -> None:
    chance = random.Random(7)
    cuts = [chance.randrange(len(SPEC)) for _ in range(40)]
    for cut in cuts:
        text = SPEC[:cut] + chance.choice(["", "{{", '"""', "(", "{% for x in ", "dataset", "|> ", "💡é"])
        typed.type("a.synth", text)
        for method in ("hover", "completion", "definition"):
            typed.ask(f"textDocument/{method}", typed.at("a.synth", text[-1:], 1, text[:-1].count(text[-1:])))
        document = {"textDocument": {"uri": typed.uri("a.synth")}}
        for method in ("documentSymbol", "codeLens"):
            _ask(typed, method, document)
    assert typed.type("a.synth", SPEC) == []


def test_places_beside_wide_characters(client: Client) -> None:
    text = 'synth 1\r\n\r\ndataset d of 3 {\r\n  var a = "💡é" + wrong\r\n}\r\n'
    found = client.open("wide.synth", text)
    places = {d["code"]: d["range"]["start"] for d in found}
    assert places["E0201"] == {"line": 3, "character": 18}


def test_the_life_of_a_server(tmp_path: Path) -> None:
    with Client(tmp_path, ("utf-8",)) as client:
        assert client.capabilities["renameProvider"] is True
        client.open("a.synth", "synth 1\n")
        assert client.ask("shutdown", None) is None
        client.tell("exit", None)
        assert client.process.wait(20) == 0
    assert b"".join(client.errors) == b""
