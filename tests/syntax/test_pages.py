"""The pages of the codes of text and syntax: what fails fails, what is mended is right and formatted."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import synthdsl
from synthdsl.base.codes import CODES
from synthdsl.base.span import Source
from synthdsl.syntax import parse
from synthdsl.syntax.formatting import format_source

PAGES = Path(synthdsl.__file__).parent / "explain"
SYNTAX = [code for code in CODES if code.startswith("E01")]
WITHOUT_TEXT = {"E0111", "E0112"}


@pytest.mark.parametrize("code", SYNTAX)
def test_page(code: str) -> None:
    page = (PAGES / f"{code}.md").read_text(encoding="utf-8")
    assert page.startswith(f"# {code} {CODES[code].name}\n\n")
    assert "\n## Fails\n" in page
    if code in WITHOUT_TEXT:
        assert "```" not in page
        return
    fails, mended = re.findall(r"```synth\n(.*?)```", page, re.DOTALL)
    assert {d.code for d in parse(Source("x", fails))[1]} == {code}
    assert parse(Source("x", mended))[1] == []
    assert format_source(Source("x", mended))[0] == mended
