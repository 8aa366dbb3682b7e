"""The other commands, each in its plain use and its mistakes."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from synthdsl.base.codes import CODES
from synthdsl.cli.new import STARTERS
from synthdsl.cli.table import COMMANDS
from synthdsl.pipeline import compile_spec
from synthdsl.plan.codec import from_json
from tests.cli.conftest import Synthc

PAID = """\
synth 1

model gpt = openai("gpt-4o-mini")

dataset d of 3 {
  var topic = choice(["a", "b"])
  llm text: str = gpt "About {{ topic }}."
}

output "o.jsonl" from d
"""


def test_help_names_every_command(synthc: Synthc) -> None:
    answer = synthc("--help")
    assert answer.code == 0
    for name, entry in COMMANDS.items():
        assert any(line.split()[:1] == [name] and line.endswith(entry.summary) for line in answer.out.splitlines())


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(synthc: Synthc, name: str) -> None:
    answer = synthc(name, "--help")
    assert answer.code == 0 and answer.out.startswith(f"Usage: synthc {name} ")


def test_wrong_usage(synthc: Synthc) -> None:
    answer = synthc("chek")
    assert answer.code == 2 and "There is no command 'chek'. Did you mean 'check'?" in answer.err
    assert synthc("run").code == 2
    assert synthc("run", "a.synth", "--workers", "0").code == 2
    assert synthc("--nothing").code == 2
    assert synthc("explain").code == 2


def test_version(synthc: Synthc) -> None:
    answer = synthc("--version")
    assert answer.code == 0 and answer.out.startswith("synthc ")


def test_compile(synthc: Synthc, people: Path, tmp_path: Path) -> None:
    answer = synthc("compile", "people.synth", "--seed", "3")
    plan = from_json(answer.out)
    assert (answer.code, plan.seed, plan.order) == (0, 3, ("people",))
    assert synthc("compile", "people.synth", "-o", "deep/plan.json").code == 3
    assert synthc("compile", "people.synth", "-o", "plan.json").out == ""
    assert from_json((tmp_path / "plan.json").read_text()) == compile_spec(people).plan
    assert sorted(p.name for p in tmp_path.iterdir()) == ["people.synth", "plan.json"]


@pytest.mark.parametrize("form", ["text", "mermaid", "dot", "svg", "json"])
def test_graph(synthc: Synthc, people: Path, form: str) -> None:
    answer = synthc("graph", "people.synth", "--format", form)
    assert answer.code == 0 and "tenure" in answer.out and "grown" in answer.out
    if form == "json":
        assert [b["id"] for b in json.loads(answer.out)["blocks"]] == ["people", "output out/people.jsonl"]
    if form == "svg":
        ElementTree.fromstring(answer.out)


def test_graph_takes_the_format_from_the_file(synthc: Synthc, people: Path, tmp_path: Path) -> None:
    assert synthc("graph", "people.synth", "-o", "g.svg").code == 0
    assert (tmp_path / "g.svg").read_text().startswith("<svg")
    assert synthc("graph", "people.synth", "-o", "g.mmd").code == 0
    assert (tmp_path / "g.mmd").read_text().startswith("flowchart")


def test_graph_of_one_dataset(synthc: Synthc, people: Path) -> None:
    assert synthc("graph", "people.synth", "--dataset", "people").code == 0
    answer = synthc("graph", "people.synth", "--dataset", "peple")
    assert answer.code == 2 and "Did you mean 'people'?" in answer.err


def test_graph_draws_what_cannot_run_but_not_what_is_wrong(synthc: Synthc, tmp_path: Path) -> None:
    (tmp_path / "paid.synth").write_text(PAID)
    answer = synthc("graph", "paid.synth")
    assert (answer.code, answer.err) == (0, "") and "llm  text" in answer.out
    (tmp_path / "wrong.synth").write_text(PAID.replace("{{ topic }}", "{{ topc }}"))
    answer = synthc("graph", "wrong.synth")
    assert answer.code == 1 and answer.out == "" and "topc" in answer.err


def test_plan(synthc: Synthc, people: Path) -> None:
    answer = synthc("plan", "people.synth", "--set", "rows=1_000")
    assert answer.code == 0
    assert "dataset people  at most 1,000 rows, 3 columns made here" in answer.out
    assert "age, tenure: drawn again together until grown holds" in answer.out
    assert "output  out/people.jsonl  rows, at most 1,000 rows" in answer.out
    assert answer.out.endswith("0 model calls, cost 0: every column is drawn or computed here.\n")
    told = json.loads(synthc("plan", "people.synth", "--format", "json").out)
    assert told["datasets"][0]["rows"] == {"min": 0, "max": 20} and told["calls"] == told["cost"] == 0


def test_plan_of_datasets_made_from_others(synthc: Synthc, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a\n1\n")
    (tmp_path / "d.synth").write_text(
        'synth 1\nsource t: { a: int } = csv("t.csv")\ndataset x of 5 {\n  var n = 1\n}\n'
        "dataset y of 3 from x {\n  var m = 2\n}\ndataset z from y each i in [n, m] {\n  var o = i\n}\n"
        "dataset w from t {\n  var p = a\n}\n"
        'output "y.jsonl" from y\noutput "z.jsonl" from z\noutput "w.jsonl" from w\n'
    )
    told = json.loads(synthc("plan", "d.synth", "--format", "json").out)
    bounds = {d["name"]: (d["rows"]["min"], d["rows"]["max"]) for d in told["datasets"]}
    assert bounds["x"] == (5, 5) and bounds["y"] == (15, 15) and bounds["z"] == (30, 30)
    assert bounds["w"] == (0, None)
    assert "rows from t" in synthc("plan", "d.synth").out


def test_explain(synthc: Synthc) -> None:
    answer = synthc("explain", "e0501")
    assert answer.code == 0 and answer.out.startswith("E0501 unsatisfiable-rule\n\n") and "rule retired" in answer.out
    assert synthc("explain", "unsatisfiable-rule").out == answer.out
    assert synthc("explain", "clamp").out.startswith("clamp  function\n\n    clamp(x: number")
    assert len(synthc("explain", "--list").out.splitlines()) == len(CODES)
    missing = synthc("explain", "clamb")
    assert missing.code == 2 and "Did you mean 'clamp'?" in missing.err


def test_docs(synthc: Synthc, tmp_path: Path) -> None:
    answer = synthc("docs")
    for title in ("Choice", "Numbers", "Text", "Readers of sources", "Output formats", "Shipped library"):
        assert f"{title}\n" in answer.out
    every = json.loads(synthc("docs", "--format", "json").out)
    names = {e["name"] for e in every}
    assert {"choice", "clamp", "csv", "chunk", "chat", "std.judge"} <= names
    assert not any(n.endswith("_") or ("." in n and not n.startswith("std.")) for n in names)
    for entry in every:
        assert entry["summary"] and entry["signatures"], entry["name"]
    assert synthc("docs", "preference").out.startswith("preference  format")
    assert synthc("docs", "mean").out.count("mean(") >= 2, "the function and the aggregate"
    assert synthc("docs", "nothing_of_this_name").code == 2
    assert synthc("docs", "--format", "markdown", "-o", "ref.md").code == 0
    assert "### `clamp`" in (tmp_path / "ref.md").read_text()


@pytest.mark.parametrize(("shell", "sign"), [("bash", "complete -o"), ("zsh", "#compdef synthc"), ("fish", "complete")])
def test_completion(synthc: Synthc, shell: str, sign: str) -> None:
    answer = synthc("completion", shell)
    assert answer.code == 0 and sign in answer.out and "_SYNTHC_COMPLETE" in answer.out


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("synthc ru", ["run"]),
        ("synthc run people.synth --set ", ["rows="]),
        ("synthc run people.synth --only p", ["people"]),
        ("synthc run nothing.synth --only p", []),
        ("synthc explain E0501", ["E0501"]),
    ],
)
def test_what_is_offered_after_tab(
    synthc: Synthc, people: Path, monkeypatch: pytest.MonkeyPatch, line: str, offered: list[str]
) -> None:
    monkeypatch.setenv("_SYNTHC_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", line)
    monkeypatch.setenv("COMP_CWORD", str(len(line.split(" ")) - 1))
    answer = synthc()
    assert [x.split(",", 1)[1] for x in answer.out.splitlines() if x] == offered


@pytest.mark.parametrize("starter", STARTERS)
def test_new_projects_are_formatted_and_run(synthc: Synthc, tmp_path: Path, starter: str) -> None:
    assert synthc("new", "project", "--from", starter).code == 0
    assert {"main.synth", "README.md", ".gitignore"} <= {p.name for p in (tmp_path / "project").iterdir()}
    assert synthc("fmt", "--check", "project").code == 0
    check = synthc("check", "project")
    assert (check.code, check.out) == (0, "1 spec checked, nothing found.\n")
    spec = (tmp_path / "project/main.synth").read_text()
    models = [f"--model={name}=simulated()" for name in re.findall(r"^model (\w+)", spec, re.MULTILINE)]
    if models:
        assert len([line for line in spec.splitlines() if line.strip()]) <= 40
    answer = synthc("run", "project", *models)
    assert (answer.code, answer.err) == (0, "")
    assert any((tmp_path / "project" / "out").rglob("*.*"))


def test_new_overwrites_nothing(synthc: Synthc, tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "mine.txt").write_text("mine")
    answer = synthc("new", "taken")
    assert answer.code == 2 and "'taken' is there already." in answer.err
    assert [p.name for p in (tmp_path / "taken").iterdir()] == ["mine.txt"]
    (tmp_path / "empty").mkdir()
    assert synthc("new", "empty").code == 0
    assert synthc("new", "a/b/c").code == 0
    assert synthc("new", "taken/mine.txt/x").code == 3
    assert synthc("new").code == 2
    assert [line.split()[0] for line in synthc("new", "--list").out.splitlines()] == list(STARTERS)
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(".")]


LOOSE = "synth 1\ndataset d of 3{var a=1 # one\n}\n"
TIDY = "synth 1\n\ndataset d of 3 {\n  var a = 1  # one\n}\n"


def test_fmt(synthc: Synthc, tmp_path: Path) -> None:
    path = tmp_path / "a.synth"
    path.write_text(LOOSE)
    path.chmod(0o640)
    answer = synthc("fmt", "--check", "a.synth")
    assert (answer.code, answer.out) == (1, "would change a.synth\n") and path.read_text() == LOOSE
    answer = synthc("fmt", "--diff", ".")
    assert answer.code == 1 and "+  var a = 1  # one" in answer.out and path.read_text() == LOOSE
    answer = synthc("fmt", "a.synth")
    assert (answer.code, answer.err) == (0, "1 file changed, 0 left as they were.\n")
    assert path.read_text() == TIDY and path.stat().st_mode & 0o777 == 0o640
    assert synthc("fmt", "--check", "a.synth").code == 0


def test_fmt_leaves_what_it_cannot_read(synthc: Synthc, tmp_path: Path) -> None:
    (tmp_path / "a.synth").write_text("synth 1\ndataset d of { var\n")
    (tmp_path / "b.synth").write_bytes(b"synth 1 # \xff\n")
    answer = synthc("fmt", "a.synth", "b.synth")
    assert answer.code == 1 and "E0112" in answer.err and "a.synth:2" in answer.err
    assert (tmp_path / "a.synth").read_text() == "synth 1\ndataset d of { var\n"
    assert synthc("fmt", "c.synth").code == 2


def test_fmt_of_standard_input(synthc: Synthc, monkeypatch: pytest.MonkeyPatch) -> None:
    import io

    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(LOOSE.encode())))
    answer = synthc("fmt", "-")
    assert (answer.code, answer.out) == (0, TIDY)


def test_a_file_that_may_not_be_written(synthc: Synthc, people: Path, tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    # Root may write anywhere, but not below a file.
    target = "people.synth/plan.json" if os.access(tmp_path, os.W_OK) else "plan.json"
    try:
        assert synthc("compile", "people.synth", "-o", target).code == 3
    finally:
        tmp_path.chmod(0o755)
