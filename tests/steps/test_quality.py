"""The heuristics of `quality`: for each a text that fails it alone, and texts that pass all of a preset."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from synthdsl.ops.steps.heuristics import PRESETS
from synthdsl.pipeline import compile_spec, run

PROSE = (
    "The harbour town of Varna lies on the western shore of the Black Sea and has been settled since antiquity. "
    "Its museum holds some of the oldest worked gold that archaeologists have found anywhere, buried with people who "
    "lived six thousand years ago. Visitors come for the beaches, but they often stay for the old streets, the market "
    "and the quiet gardens above the bay. In winter the wind can be fierce."
)

FAILS = {
    "gopher": {
        "with fewer than 50 or more than 100,000 words": "The cat and the dog went to the shop.",
        "with words too short or too long": "to be of a it is " * 30,
        "with many symbols": PROSE.replace(" the", " # the").replace(" and", " ... and").replace("of", "# of"),
        "with many words without letters": PROSE + " 12 7 3 9" * 15,
        "with few common words": "Blue birds sing songs near seven small rivers " * 8,
        "with lines that are mostly bullets": "\n".join(f"- {line}." for line in PROSE.split(". ")),
        "with many lines left open": "\n".join(f"{line} ..." for line in PROSE.split(". ")),
    },
    "repetition": {
        "with repeated lines": "\n".join([*PROSE.split(". "), "a", "a", "a", "a"]),
        "with repeated paragraphs": "\n\n".join([*"abb", "b", PROSE.replace(". ", ".\n"), "1\n2\n3\n4\n5\n6"]),
        "with much text in repeated lines": "\n".join([PROSE, *"abcdef", PROSE]),
        "with one 2-gram too often": "big house, a big house by a lake, no big house, then",
        "with repeated 5-grams": PROSE + " " + " ".join(PROSE.split()[:30]),
    },
    "web": {
        "with placeholder text": PROSE + " Lorem ipsum dolor sit amet.",
        "with curly brackets": PROSE + " if (x) { y }",
        "with notices of a web page": PROSE + " This site uses cookies.",
        "with fewer than 3 sentences": "One. Two.",
    },
    "answer": {
        "without text": "  \n",
        "that refuse or speak of the assistant": "I'm sorry, but I can't do that.",
        "with blanks to fill in": "Dear [Your Name], thank you.",
        "that begin with a set phrase": "Certainly! Here it is.",
        "that are cut off": "It is a town. " + " ".join(PROSE.split()[:30]),
    },
}


@pytest.mark.parametrize("preset", PRESETS)
def test_good_text_passes(preset: str) -> None:
    assert [reason for reason, fails in PRESETS[preset] if fails(PROSE)] == []


@pytest.mark.parametrize(("preset", "reason"), [(p, r) for p, found in FAILS.items() for r in found])
def test_bad_text_is_told_from_good(preset: str, reason: str) -> None:
    assert next(r for r, fails in PRESETS[preset] if fails(FAILS[preset][reason])) == reason


def test_reasons_are_counted(tmp_path: Path) -> None:
    texts = [PROSE, "As an AI, I think not.", "", "As a language model I refuse.", "Fine.", None]
    (tmp_path / "texts.jsonl").write_text("".join(json.dumps({"t": t}) + "\n" for t in texts))
    (tmp_path / "spec.synth").write_text(
        'synth 1\nsource texts: { t: str? } = jsonl("texts.jsonl")\n'
        'dataset d = texts |> quality(t, preset=["answer", "repetition"], min_words=1, max_words=60)\n'
        'output "out/d.jsonl" from d\n'
    )
    ran = run(compile_spec(tmp_path / "spec.synth"))
    assert [json.loads(line)["t"] for line in (tmp_path / "out/d.jsonl").read_text().splitlines()] == ["Fine."]
    dropped = ran.outcome.datasets[-1].steps[0].dropped
    assert [(d.reason, d.rows) for d in dropped] == [
        ("that refuse or speak of the assistant", 2),
        ("with fewer than 1 words", 2),
        ("with more than 60 words", 1),
    ]
    assert dropped[0].examples == ("As an AI, I think not.", "As a language model I refuse.")
