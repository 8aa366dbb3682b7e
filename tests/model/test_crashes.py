"""Specs cut, doubled and mixed at random: whatever comes out, the compiler answers with diagnostics."""

from __future__ import annotations

import random
import re
import shutil
from pathlib import Path

import pytest

from synthdsl.pipeline import compile_spec
from tests.reference import cases

TESTS = Path(__file__).parents[1]
PARTS = re.compile(r"(\w+|[^\w\s])")

KNOWN = {
    "two equals signs apart": "dataset d of 1 {\n  var a = 1 = 2\n}\n",
    "a model in a list": 'model m = openai("x")\ndataset d of 2 {\n  var p = choice([m])\n}\noutput "o.jsonl" from d\n',
    "a model of itself": 'model m = m\ndataset d of 1 {\n  llm a: str = m "x"\n}\n',
    "a record as a case": 'dataset d of 1 {\n  var p = choice(["a"])\n  var x = match p {\n    {} => 1,\n  }\n}\n',
    "a set in a set": 'type T = str(pattern="[[a]")\n',
}


@pytest.mark.parametrize("text", KNOWN.values(), ids=KNOWN)
def test_what_once_crashed(text: str, tmp_path: Path) -> None:
    (tmp_path / "s.synth").write_text("synth 1\n\n" + text)
    compile_spec(tmp_path / "s.synth")


def _texts(folder: Path) -> list[str]:
    shutil.copytree(TESTS / "samples_data", folder, dirs_exist_ok=True)
    texts = [p.read_text() for p in sorted((TESTS / "samples").glob("*.synth"))]
    for page in sorted((TESTS / "language").glob("*.md")):
        for case in cases(page):
            texts.append(case.spec)
            for name, content in case.files.items():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_text(content)
    return texts


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_mutations_never_raise(seed: int, tmp_path: Path) -> None:
    rng = random.Random(seed)
    texts = _texts(tmp_path)
    words = sorted({t for text in texts for t in re.findall(r'\w+|[^\w\s]|"[^"\n]*"', text)})
    for _ in range(600):
        parts = PARTS.split(rng.choice(texts))
        for _ in range(rng.randint(1, 4)):
            at = rng.randrange(len(parts))
            match rng.randrange(4):
                case 0:
                    parts[at] = ""
                case 1:
                    parts[at] = rng.choice(words)
                case 2:
                    parts.insert(at, f" {rng.choice(words)} ")
                case _:
                    other = rng.randrange(len(parts))
                    parts[at], parts[other] = parts[other], parts[at]
        text = "".join(parts)
        (tmp_path / "s.synth").write_text(text)
        try:
            compile_spec(tmp_path / "s.synth")
        except Exception as error:
            raise AssertionError(f"seed {seed}: {error!r} for\n{text}") from error
