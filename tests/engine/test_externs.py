"""Functions of the person's own Python: called in runs, and in nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from synthdsl.engine.failing import RunError
from synthdsl.pipeline import RunSettings, compile_spec, run
from tests.cli.conftest import Synthc, synthc

__all__ = ["synthc"]

MODULE = """from pathlib import Path

Path(__file__).with_name("imported").touch()


def overlap(a: str, b: str) -> float:
    return len(set(a) & set(b)) / len(set(a) | set(b))


class Group:
    @staticmethod
    def twice(n, by=2):
        return n * by


def wrong(n):
    return "text"


def fails(n):
    raise KeyError("no such thing")


VALUE = 3
"""

SPEC = """synth 1

extern overlap(a: str, b: str) -> float(0..1) = "NAME.metrics:overlap"
extern twice(n: int, by: int = 2) -> int = "NAME.metrics:Group.twice"

dataset pairs of 40 {
  var a = choice(["red", "green", "bread"])
  var b = choice(["blue", "green"])
  var near = overlap(a, b)
  var n = twice(integer(3, 3))
  var many = [twice(x, by=3) for x in [1, 2]]
  template text = "{{ a }}: {{ twice(4) }}"
  rule some: overlap(a, b) > 0.2 else drop
}

output "out/pairs.jsonl" from pairs
"""


def project(folder: Path, spec: str = SPEC) -> Path:
    """Modules stay imported, so each test has a package of its own."""
    name = "own_" + folder.name.replace("-", "_")
    (folder / name).mkdir()
    (folder / name / "__init__.py").write_text("")
    (folder / name / "metrics.py").write_text(MODULE)
    (folder / "spec.synth").write_text(spec.replace("NAME", name))
    return folder / name / "imported"


def test_they_are_called_in_a_run(tmp_path: Path) -> None:
    imported = project(tmp_path)
    compiled = compile_spec(tmp_path / "spec.synth")
    assert compiled.ok, compiled.diagnostics
    assert not imported.exists()
    run(compiled)
    rows = [json.loads(line) for line in (tmp_path / "out/pairs.jsonl").read_text().splitlines()]
    assert 0 < len(rows) < 40 and imported.exists()
    for row in rows:
        a, b = set(row["a"]), set(row["b"])
        assert row["near"] == len(a & b) / len(a | b) > 0.2
        assert (row["n"], row["many"], row["text"]) == (6, [3, 6], f"{row['a']}: 8")
    once = (tmp_path / "out/pairs.jsonl").read_bytes()
    run(compiled, RunSettings(batch_rows=7))
    assert (tmp_path / "out/pairs.jsonl").read_bytes() == once


@pytest.mark.slow
def test_workers_find_them_too(tmp_path: Path) -> None:
    project(tmp_path)
    command = [sys.executable, "-m", "synthdsl", "run", "-q", "spec.synth", "--workers", "2"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_nothing_else_runs_them(synthc: Synthc, tmp_path: Path) -> None:
    paid = SPEC.replace('  template text = "{{ a }}: {{ twice(4) }}"', '  llm text: str = writer """{{ near }}"""')
    imported = project(tmp_path, paid.replace("\nextern overlap", "\nmodel writer = simulated()\n\nextern overlap"))
    (tmp_path / "other.synth").write_text((tmp_path / "spec.synth").read_text().replace("of 40", "of 30"))
    for command in (
        ("check", "spec.synth"),
        ("plan", "spec.synth"),
        ("compile", "spec.synth"),
        ("graph", "spec.synth"),
        ("lint", "spec.synth"),
        ("fmt", "--check", "spec.synth"),
        ("docs", "spec.synth"),
        ("diff", "other.synth", "spec.synth", "--rows", "3"),
    ):
        answer = synthc(*command)
        assert answer.code in (0, 1) and "internal" not in answer.err, (command, answer.err)
        assert not imported.exists(), command
    assert synthc("run", "spec.synth").code == 0 and imported.exists()


WRONG = [
    ("wrong", "E0801", "none of its type"),
    ("fails", "E0801", "raised KeyError"),
    ("missing", "E0801", "has no 'missing'"),
    ("VALUE", "E0801", "is no function"),
]


@pytest.mark.parametrize(("name", "code", "said"), WRONG)
def test_what_they_do_wrong_is_said_with_its_row(name: str, code: str, said: str, tmp_path: Path) -> None:
    spec = f"""synth 1

extern f(n: int) -> int = "NAME.metrics:{name}"

dataset d of 3 {{
  var n = integer(1, 9)
  var m = f(n)
}}

output "out/d.jsonl" from d
"""
    project(tmp_path, spec)
    with pytest.raises(RunError) as caught:
        run(compile_spec(tmp_path / "spec.synth"))
    assert caught.value.diagnostic.code == code
    assert said in f"{caught.value.diagnostic.message} {caught.value.diagnostic.notes}"


def test_a_module_that_is_missing(tmp_path: Path) -> None:
    project(tmp_path, SPEC.replace("NAME.metrics:overlap", "nowhere_at_all:overlap"))
    with pytest.raises(RunError) as caught:
        run(compile_spec(tmp_path / "spec.synth"))
    assert "cannot be imported" in caught.value.diagnostic.message


def test_no_code_of_others_runs_while_somebody_types(tmp_path: Path) -> None:
    pytest.importorskip("pygls")
    from synthdsl.lsp.analysis import analyse
    from synthdsl.lsp.samples import samples

    imported = project(tmp_path)
    assert samples(analyse(tmp_path / "spec.synth", {}), "pairs") == {}
    assert not imported.exists()
    free = SPEC.partition("  var near")[0] + "}\n" + SPEC[SPEC.index("\noutput") :]
    (tmp_path / "spec.synth").write_text(free)
    assert set(samples(analyse(tmp_path / "spec.synth", {}), "pairs")) == {"a", "b"}
