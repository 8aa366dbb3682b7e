"""Paths stay inside the project; what is missing is said with what was probably meant."""

from __future__ import annotations

import os
import threading
from dataclasses import replace

import pytest

from synthdsl.sources.contract import SourceCall
from synthdsl.sources.describe import describe
from synthdsl.sources.digest import digest
from synthdsl.sources.load import load
from synthdsl.types.terms import INT, STR
from tests.sources.project import Project


@pytest.mark.parametrize(
    "path",
    ["/etc/passwd", "../secret.csv", "data/../../secret.csv", "~/x.csv", "C:\\x.csv", "out/secret.csv", "link.csv"],
)
@pytest.mark.parametrize("reader", ["csv", "tsv", "jsonl", "json", "parquet", "text", "sqlite", "duckdb"])
def test_nothing_outside_the_project_is_read(project: Project, reader: str, path: str) -> None:
    outside = project.root.parent / "outside"
    outside.mkdir()
    (outside / "secret.csv").write_text("a\n1\n")
    (project.root.parent / "secret.csv").write_text("a\n1\n")
    (project.root / "out").symlink_to(outside)
    (project.root / "link.csv").symlink_to("../secret.csv")
    suffix = {"text": ".txt", "jsonl": ".x", "json": ".x", "parquet": ".x", "sqlite": ".x", "duckdb": ".x"}
    for file in (outside / "secret.csv", project.root.parent / "secret.csv"):
        file.rename(file.with_suffix(suffix.get(reader, ".csv")))
    path = path.replace(".csv", suffix.get(reader, ".csv"))
    arguments = {"query": "SELECT 1 AS a"} if reader in ("sqlite", "duckdb") else {}
    (project.root / "link.csv").unlink()
    (project.root / ("link" + suffix.get(reader, ".csv"))).symlink_to("../secret" + suffix.get(reader, ".csv"))
    assert project.refused_alike(project.call(reader, path, **arguments), a=STR).code == "E0214"
    with pytest.raises(Exception, match=r"outside|absolute"):
        digest(project.call(reader, path, **arguments), project.root)


def test_a_glob_through_a_link_leads_nowhere(project: Project) -> None:
    outside = project.root.parent / "outside"
    outside.mkdir()
    (outside / "a.md").write_text("secret")
    project.write("docs/b.md", "public")
    (project.root / "docs" / "c.md").symlink_to(outside / "a.md")
    assert project.refused_alike(project.call("text", "docs/*.md"), text=STR).code == "E0214"
    (project.root / "docs" / "c.md").unlink()
    (project.root / "docs" / "more").symlink_to(outside)
    assert project.rows(project.call("text", "docs/**/*.md"), text=STR) == [{"text": "public"}]
    assert project.refused_alike(project.call("text", "docs/*/*.md"), text=STR).code == "E0214"


def test_links_inside_the_project_are_followed(project: Project) -> None:
    project.write("data/a.csv", "a\n1\n")
    (project.root / "b.csv").symlink_to("data/a.csv")
    assert project.rows(project.call("csv", "b.csv"), a=INT) == [{"a": 1}]


def test_pipes_and_devices_do_not_block(project: Project) -> None:
    os.mkfifo(project.root / "pipe.csv")
    done = threading.Event()

    def read() -> None:
        assert project.refused_alike(project.call("csv", "pipe.csv"), a=INT).code == "E0214"
        done.set()

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    assert done.wait(10)


def test_a_folder_and_a_file_that_cannot_be_read(project: Project) -> None:
    project.write("docs/a.md", "x")
    found = project.refused_alike(project.call("csv", "docs"), a=INT)
    assert (found.code, found.message) == ("E0602", "'docs' is a folder, not a file.")
    assert 'text("docs/**/*.md")' in found.notes[0]
    if os.geteuid() != 0:
        (project.root / project.write("shut.csv", "a\n1\n")).chmod(0)
        assert project.refused_alike(project.call("csv", "shut.csv"), a=INT).code == "E0602"


def test_missing_files_are_named_with_the_nearest(project: Project) -> None:
    project.write("people.csv", "a\n1\n")
    project.write("data/towns.csv", "a\n1\n")
    for path, note in [("peple.csv", "Did you mean 'people.csv'?"), ("towns.csv", "There is 'data/towns.csv'.")]:
        found = project.refused_alike(project.call("csv", path), a=INT)
        assert (found.code, found.message, found.notes) == ("E0601", f"There is no file '{path}'.", (note,))
    assert project.refused_alike(project.call("csv", "nowhere/at/all.csv"), a=INT).code == "E0601"
    assert project.refused_alike(project.call("csv", "people.csv/x.csv"), a=INT).code == "E0601"
    assert project.refused_alike(project.call("text", "docs/*.md"), text=STR).code == "E0601"
    assert project.refused_alike(project.call("csv", "a\0b.csv"), a=INT).code == "E0214"


def test_paths_resolve_from_the_declaring_file(project: Project) -> None:
    project.write("specs/data/a.csv", "a\n1\n")
    project.write("shared/b.csv", "a\n2\n")
    for path, value in [("data/a.csv", 1), ("../shared/b.csv", 2)]:
        call = SourceCall("csv", (("path", path),), folder="specs")
        assert project.rows(call, a=INT) == [{"a": value}]
    above = SourceCall("csv", (("path", "../../b.csv"),), folder="specs")
    assert project.refusal(above, a=INT).code == "E0214"


@pytest.mark.parametrize(
    ("reader", "path", "note"),
    [
        ("csv", "t.jsonl", 'Did you mean `jsonl("t.jsonl")`?'),
        ("jsonl", "t.json.gz", 'Did you mean `json("t.json.gz")`?'),
        ("csv", "t.xlsx", "Readers take"),
        ("csv", "t.csv.bz2", "Compressed text may end in .gz or .zst."),
        ("csv", "t.zip", "Readers take"),
    ],
)
def test_suffixes_of_other_files(project: Project, reader: str, path: str, note: str) -> None:
    found = project.refused_alike(project.call(reader, path), a=INT)
    assert found.code == "E0611"
    assert found.notes[0].startswith(note)


def test_suffixes_that_say_nothing_are_taken(project: Project) -> None:
    for path in ("t.txt", "t.dat", "data", "t.tsv"):
        assert project.rows(project.call("csv", project.write(path, "a\n1\n")), a=INT) == [{"a": 1}]
    assert project.refused_alike(project.call("parquet", "t.parquet.gz"), a=INT).code == "E0611"


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
@pytest.mark.parametrize("damage", ["cut", "garbage", "flipped"])
def test_broken_archives(project: Project, suffix: str, damage: str) -> None:
    path = project.root / project.write(
        f"t.csv{suffix}", "a\n" + "".join(f"{i * 7919 % 10007}\n" for i in range(9_000))
    )
    data = path.read_bytes()
    middle = len(data) // 2
    flipped = data[:middle] + bytes([data[middle] ^ 0xFF]) * 8 + data[middle + 8 :]
    path.write_bytes({"cut": data[:middle], "garbage": b"not an archive at all", "flipped": flipped}[damage])
    found = project.refusal(project.call("csv", path.name), a=INT)
    assert found.code == "E0612"
    assert found.message.startswith(f"'t.csv{suffix}' is broken or cut short")


def test_several_frames_in_one_archive(project: Project) -> None:
    one, two = (project.root / project.write(f"{i}.csv.zst", text) for i, text in enumerate(("a\n1\n", "2\n")))
    (project.root / "t.csv.zst").write_bytes(one.read_bytes() + two.read_bytes())
    assert project.rows(project.call("csv", "t.csv.zst"), a=INT) == [{"a": 1}, {"a": 2}]


def test_the_digest_is_that_of_the_content(project: Project) -> None:
    project.write("a.csv", "a\n1\n")
    project.write("b.csv", "a\n1\n")
    project.write("c.csv", "a\n2\n")
    of = [digest(project.call("csv", name), project.root) for name in ("a.csv", "b.csv", "c.csv")]
    assert of[0] == of[1] != of[2]
    assert len(of[0]) == 32
    project.write("docs/a.md", "x")
    before = digest(project.call("text", "docs/*.md"), project.root)
    (project.root / "docs/a.md").rename(project.root / "docs/b.md")
    assert digest(project.call("text", "docs/*.md"), project.root) != before


def test_the_span_is_that_of_the_declaration(project: Project) -> None:
    from synthdsl.base.span import Span

    span = Span("a.synth", 10, 20)
    call = replace(project.call("csv", "none.csv"), span=span)
    assert describe(call, None, project.root)[1][0].span == span
    assert project.refusal(call, a=INT).span == span
    with pytest.raises(KeyError):
        load(replace(call, reader="exel"), describe(call, None, project.root)[0], project.root, project.spill)
