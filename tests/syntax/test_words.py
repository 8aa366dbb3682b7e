"""Words are keywords by their place: every one but the reserved ones may be any name."""

from __future__ import annotations

import re

import pytest

from synthdsl.base.span import Source
from synthdsl.syntax import parse
from synthdsl.syntax.formatting import format_source
from synthdsl.syntax.tables import RESERVED, load

TEXT = """synth 1
import W.W (W as W, W) as W
import "./x.synth" as W
param W: W = W
model W = W("x", W=W)
type W = { W: W  W: "a" | "b", W: list[W](W=W)? }
template W(W: W, W: W = W) = "x"
source W: { W: W } = W(W) |> W(W)
extern W(W: W) -> W = "a:b"
dataset W of W accepted within W grow from W batch W keep best W per W, W {
  var W = W
  var W: W = W + W * -W
  var W = W.W[W][W:W]
  var W = W.W(W, W=W)
  var W = [W for W in W if W]
  var W = [W, W]
  var W = any(W for W in W)
  var W = match W { W => W, W | W => W.W, _ => W }
  var W = match { W > 1 => W, _ => W }
  var W = { W: W, ...W }
  var W = {"a": W}
  var W = W if W else W
  var W = not W and W or W implies W in W
  var W = W .. W
  template W = "x"
  llm W: W = W for W in W when W "x"
  llm W = W complete "x"
  llm W = W { W "x" W = W W = W |> W(W) W "y" }
  llm W = W(W)
  rule W: W == W else drop
  rule W: W else retry W W
  rule W: W else repair W by W "x"
  rule W: W
  violate W 5%
  iterate W: W = W times W { var W = W stop when W next W }
  chat W turns W..W { W = W "x" W = W stop when W }
  give W
}
dataset W from W each W in W { }
dataset W from W levels W each W in W { }
dataset W = W |> W(W)
dataset W = W
expect W { W: W W: W == W }
output "x" from W as W { W = W W = W + W }
output "x" from W
evaluate W against W { W = W W = W }
test "x" { given W { W = W, W = W W = W } reply W = W assert W }
recipe W(W: W, W: dataset) -> W { var W = W give W }
recipe W(W: W) -> W = W |> W(W)
moved W.W -> W.W
moved W -> W
"""
"""W stands for the word, in every place where the grammar has a name."""

SOFT = sorted(set(load().keywords) - RESERVED)


def _shape(text: str, word: str) -> str:
    module, diagnostics = parse(Source("x", text))
    assert diagnostics == []
    without_places = re.sub(r"\bspan=Span\([^)]*\)|offsets=\([^)]*\)|module_span=Span\([^)]*\)", "", repr(module))
    # Some words also stand in the text itself, as what they are.
    return re.sub(rf"'({word}|complete|dataset|retry|repair)(\.{word})?'", "NAME", without_places)


@pytest.mark.parametrize("word", SOFT)
def test_a_keyword_is_a_name_wherever_a_name_belongs(word: str) -> None:
    assert _shape(TEXT.replace("W", word), word) == _shape(TEXT.replace("W", "plain"), "plain")


def test_the_formatter_keeps_names_names() -> None:
    for word in ("output", "rule", "when"):
        text = TEXT.replace("W", word)
        formatted, _ = format_source(Source("x", text))
        assert _shape(formatted, word) == _shape(text, word)


@pytest.mark.parametrize("word", sorted(RESERVED))
def test_reserved_words_are_no_names(word: str) -> None:
    for text in (f"dataset d of 3 {{\n  var {word} = 1\n}}", f"type T = {{ {word}: int }}", f"param {word}: int"):
        _, diagnostics = parse(Source("x", "synth 1\n" + text))
        assert [d.code for d in diagnostics] == ["E0115"], text
        assert ("synth 1\n" + text)[diagnostics[0].span.start : diagnostics[0].span.end] == word


def test_what_follows_decides_where_both_are_possible() -> None:
    text = "synth 1\ndataset d of 3 {\n  chat talk turns 1..2 {\n    stop = m\n    user = m\n    stop when x\n  }\n}"
    module, diagnostics = parse(Source("x", text))
    assert diagnostics == []
    chat = module.items[0].body[0]  # type: ignore[union-attr]
    assert [type(part).__name__ for part in chat.parts] == ["Turn", "Turn", "Stop"]  # type: ignore[union-attr]
