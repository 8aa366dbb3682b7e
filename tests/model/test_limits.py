"""Specs that are large on purpose: an answer in bounded time, and none that hides what happened."""

from __future__ import annotations

from pathlib import Path

import pytest

from synthdsl.pipeline import compile_spec

OUT = '\n\noutput "o.jsonl" from d\n'


def codes(folder: Path, text: str) -> list[str]:
    (folder / "a.synth").write_text("synth 1\n\n" + text + OUT)
    return [d.code for d in compile_spec(folder / "a.synth").diagnostics if d.is_error]


def test_templates_that_double_are_refused(tmp_path: Path) -> None:
    doubling = "".join(f'template t{i}() = """{{{{ t{i - 1}() }}}}{{{{ t{i - 1}() }}}}"""\n' for i in range(1, 12))
    spec = f'template t0() = """x"""\n{doubling}\ndataset d of 1 {{\n  template a = """{{{{ t11() }}}}"""\n}}'
    assert codes(tmp_path, spec) == ["E0406"]


@pytest.mark.parametrize("calls", [3, 1])
def test_a_column_with_too_many_calls_is_refused(calls: int, tmp_path: Path) -> None:
    doubling = "".join(f'template t{i}() = """{{{{ t{i - 1}() }}}}{{{{ t{i - 1}() }}}}"""\n' for i in range(1, 10))
    body = "{{ t9() }}" * calls
    spec = f'template t0() = """x"""\n{doubling}\ndataset d of 1 {{\n  template a = """{body}"""\n}}'
    assert codes(tmp_path, spec) == (["E0406"] if calls == 3 else [])


def test_recipes_that_double_are_refused(tmp_path: Path) -> None:
    doubling = "".join(f"recipe r{i}(x: int) -> int {{\n  give r{i - 1}(x) + r{i - 1}(x)\n}}\n\n" for i in range(1, 12))
    spec = f"recipe r0(x: int) -> int {{\n  give x\n}}\n\n{doubling}dataset d of 1 {{\n  var a = r11(1)\n}}"
    assert "E0406" in codes(tmp_path, spec)


def test_names_are_suggested_among_a_few_only(tmp_path: Path) -> None:
    columns = "\n".join(f"  var a{i} = b{i}" for i in range(3_000))
    assert codes(tmp_path, f"dataset d of 1 {{\n{columns}\n}}") == ["E0201"] * 3_000


def test_a_deep_regular_expression(tmp_path: Path) -> None:
    pattern = "(" * 50_000 + "a" + ")" * 50_000
    assert codes(tmp_path, f'dataset d of 1 {{\n  var a = matches("x", "{pattern}")\n}}') == ["E0318"]
