"""Keys, memory, empty and growing sources; and the table of readers."""

from __future__ import annotations

import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest

from synthdsl.ops.signature import read_signature
from synthdsl.sources import load as loading
from synthdsl.sources.contract import SourceCall
from synthdsl.sources.steps import STEPS
from synthdsl.sources.table import TABLE, reader, signatures
from synthdsl.types.terms import INT, STR, OptionalType
from tests.sources.project import Project


def test_a_declared_key_is_kept_whatever_else_changes(project: Project) -> None:
    call = project.call("csv", project.write("t.csv", "id,v\na,1\nb,2\n"), key="id")
    before = project.table(call, id=STR, v=INT)
    project.write("t.csv", "v,id\n9,c\n3,b\n1,a\n")
    after = project.table(call, v=INT)
    assert after.names == ("v",)
    assert after.keys().tolist()[1:] == before.keys().tolist()[::-1]
    lines = project.call("jsonl", project.write("t.jsonl", '{"id": "a", "v": 1}\n'), key="id")
    assert project.table(lines, id=STR, v=INT).keys().tolist() == before.keys().tolist()[:1]


def test_content_keys_are_those_of_the_declared_columns(project: Project) -> None:
    call = project.call("csv", project.write("t.csv", "a,b,note\n1,x,old\n2,y,old\n1,x,old\n"))
    before = project.table(call, a=INT, b=STR).keys().tolist()
    assert len(set(before)) == 3
    project.write("t.csv", "b,a,note\nz,0,new\nx,1,new\ny,2,new\nx,1,new\n")
    assert project.table(call, b=STR, a=INT).keys().tolist()[1:] == before
    lines = project.call("jsonl", project.write("t.jsonl", '{"a": 1, "b": "x"}\n'))
    assert project.table(lines, a=INT, b=STR).keys().tolist() == before[:1]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('id,v\na,"x\ny"\nb,2\n\na,3\n', "t.csv:6: the key \"a\" in column 'id' is already that of t.csv:2."),
        ("id,v\na,1\n,2\n", "t.csv:3: the key column 'id' is empty."),
    ],
)
def test_keys_that_identify_nothing(project: Project, text: str, message: str) -> None:
    call = project.call("csv", project.write("t.csv", text), key="id")
    assert project.refused_alike(call, id=OptionalType(STR), v=STR).message == message
    assert project.refused_alike(call, v=STR).message == message
    none = project.call("csv", "t.csv", key="ident")
    assert project.refused_alike(none, v=STR).code == "E0605"


def test_late_doubles_are_found(project: Project) -> None:
    name = project.write("t.csv", "id\n" + "".join(f"k{i}\n" for i in range(20_000)) + "k7\n")
    found = project.refusal(project.call("csv", name, key="id"), id=STR)
    assert (found.code, found.message) == (
        "E0608",
        "t.csv:20002: the key \"k7\" in column 'id' is already that of t.csv:9.",
    )


def test_two_keys_of_one_hash_are_told_apart(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    import numpy as np

    monkeypatch.setattr(loading, "hash_rows", lambda n, columns: np.full(n, 5, dtype=np.uint64))
    name = project.write("t.csv", "id\na\nb\nc\n")
    assert len(set(project.table(project.call("csv", name, key="id"), id=STR).keys().tolist())) == 3


def test_a_failed_load_leaves_no_table(project: Project) -> None:
    name = project.write("t.csv", "a\n1\nx\n")
    project.refusal(project.call("csv", name), a=INT)
    assert not list(project.spill.rglob("table.json"))


def test_memory_is_flat_in_the_size_of_the_file(project: Project) -> None:
    def peak(rows: int) -> int:
        lines = "".join(f"{i},name {i},{'x' * 50}\n" for i in range(rows))
        name = project.write("t.csv", "id,name,text\n" + lines)
        del lines
        tracemalloc.start()
        table = project.table(project.call("csv", name, key="id"), id=INT, name=STR, text=STR)
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert table.rows == rows
        return top

    peak(1_000)
    # The keys, 8 bytes a row and some copies, are all that may grow here.
    assert peak(80_000) < peak(20_000) + 60_000 * 8 * 8


@pytest.mark.parametrize("name", TABLE)
def test_readers_are_documented(name: str) -> None:
    found = reader(name)
    assert found.name == name
    assert found.doc.split("\n")[0].endswith(".")
    assert found.examples and all(example.startswith(f"{name}(") for example in found.examples)
    signature = read_signature(found.signatures[0])
    assert signature.name == name
    assert signature.result.name == "dataset"
    assert all(p.const for p in signature.parameters)


def test_signatures_are_listed_with_those_of_steps() -> None:
    assert set(signatures()) == {*TABLE, *(f"|> {name}" for name in STEPS)}
    assert all(read_signature(lines[0]).parameters for lines in signatures().values())


PURE = """
import sys
from pathlib import Path
from synthdsl.sources.contract import SourceCall
from synthdsl.sources.describe import describe
from synthdsl.sources.table import signatures
signatures()
for reader, path in [("csv", "t.csv"), ("jsonl", "t.jsonl"), ("json", "t.json"), ("text", "*.md")]:
    row, findings = describe(SourceCall(reader, (("path", path),)), None, Path(sys.argv[1]))
    assert row.fields and not findings, findings
print([m for m in ("numpy", "duckdb", "orjson", "synthdsl.base.zstd", "datasets", "pyarrow") if m in sys.modules])
"""


def test_checking_loads_nothing_heavy(project: Project) -> None:
    project.write("t.csv", "a,day\n1,2024-01-01\n")
    project.write("t.jsonl", '{"a": 1}\n')
    project.write("t.json", '[{"a": 1}]')
    project.write("t.md", "text")
    done = subprocess.run(
        [sys.executable, "-c", PURE, str(project.root)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_a_look_is_quick_however_large_the_file(project: Project) -> None:
    import time

    name = project.write("t.csv", "a,b\n" + "1,some text that goes on\n" * 400_000)
    start = time.perf_counter()
    project.types(project.call("csv", name))
    project.describe(project.call("csv", name), a=INT, b=STR)
    assert time.perf_counter() - start < 0.5


def test_a_hub_says_what_it_needs(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    call = SourceCall("hub", (("name", "owner/name"),))
    assert [d.code for d in project.describe(call)[1]] == ["E0317"]
    assert project.describe(call, a=INT)[1] == []
    wrong = SourceCall("hub", (("name", "../../etc"),))
    assert project.refused_alike(wrong, a=INT).code == "E0309"
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    found = project.refused_alike(call, a=INT)
    assert (found.code, found.notes) == ("E0613", ("It is installed by `pip install 'synthdsl[hf]'`.",))
