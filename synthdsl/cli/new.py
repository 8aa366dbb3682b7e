"""`synthc new`: a small project that runs, from one of the starters."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import click

from synthdsl.cli.screen import Screen
from synthdsl.cli.style import write
from synthdsl.cli.text import escape, pad

STARTERS: dict[str, str] = {
    "tickets": "support tickets with answers, for chat tuning",
    "classify": "messages with topic and tone, for a classifier; train and test files",
    "preferences": "right and slipped answers, for preference tuning",
    "shop": "customers, orders and lines that fit together, as test data",
    "backtranslation": "instructions for texts that people wrote, graded, for instruction tuning",
    "classification": "texts with labels that a judge confirms, balanced, for a classifier; train and test files",
    "constitutional": "replies revised by principles, as preference pairs",
    "dialogue": "dialogues with a simulated user, for chat tuning",
    "evol": "prompts made harder and wider (Evol-Instruct), with answers",
    "glossary": "terms of a field from its texts, with definitions and uses",
    "grounded": "questions grounded in documents, with distractors (RAFT)",
    "judge": "answers of two models compared in both orders, as preference pairs",
    "magpie": "instructions that a model writes out of nothing (Magpie), with answers",
    "paraphrase": "real questions in other words and through other languages",
    "persona": "requests of many different people (PersonaHub), with answers",
    "reasoning": "worked solutions with the right answer (rejection sampling, STaR)",
    "redteam": "red-team requests with refusals, as preference pairs",
    "self_instruct": "a pool of tasks that grows from human seeds (Self-Instruct)",
    "text_to_sql": "questions about databases with the SQL that answers them, run and agreed on",
    "textbook": "textbook pages and exercises from a tree of topics",
    "tool_calling": "requests with the calls of tools that answer them (APIGen), for tool-use tuning",
    "triplets": "queries, passages and hard negatives, for embedding models",
    "ultrafeedback": "preference pairs from a panel of models and a judge (UltraFeedback)",
}
"""What projects can begin with: a folder of `starters/`, and what it makes."""

_README = """\
# {name}

{made}: made by `synthc` from `main.synth`. {calls}

    synthc check main.synth      # is anything wrong with it?
    synthc plan main.synth       # rows, calls, cost, before anything is paid
    synthc preview main.synth    # a few rows
    synthc run main.synth        # writes out/
    synthc graph main.synth      # what depends on what

The same spec and seed give the same data, byte for byte; `--seed 1` draws others{fewer}.
"""

_NO_CALLS = "Nothing here calls a model."

_CALLS = """\
It calls the models that are declared at its top, with the
key in the environment variable `OPENAI_API_KEY`; answers are stored in `.synth/` and never paid for twice. To try it
without any model:

    synthc run main.synth {models}

`synthc docs std.{module}` says what the recipes it imports do, and where they come from."""

_IGNORED = "out/\n.synth/\n"


@click.command()
@click.argument("name", required=False, type=click.Path(path_type=Path))
@click.option("--from", "starter", type=click.Choice(list(STARTERS)), default="tickets", help="What to begin with.")
@click.option("--list", "listed", is_flag=True, help="List what can be begun with.")
@click.pass_obj
def new(screen: Screen, name: Path | None, starter: str, listed: bool) -> None:
    """Begin a project in the folder NAME: a spec that runs, its data, a README."""
    if listed:
        wide = max(map(len, STARTERS))
        write("\n".join(f"{screen.out.paint(pad(k, wide), 'cyan')}  {v}" for k, v in STARTERS.items()))
        return
    if name is None:
        raise click.UsageError("Missing argument 'NAME', as in `synthc new tickets`.")
    if name.exists() and (not name.is_dir() or any(name.iterdir())):
        raise click.UsageError(f"'{name}' is there already.")
    _make(name, starter)
    shown = escape(str(name))
    write(f"'{shown}' is there: {STARTERS[starter]}.\nNext: synthc run {shown}/main.synth")


def _make(place: Path, starter: str) -> None:
    """The folder, whole or not at all. Raises `export.problems.OutputError`."""
    from synthdsl.export.problems import reported

    with reported(place):
        target = place.resolve()
        target.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f".{target.name}.partial-", dir=target.parent))
        try:
            shutil.copytree(
                Path(__file__).parent / "starters" / starter, folder, copy_function=shutil.copyfile, dirs_exist_ok=True
            )
            (folder / "README.md").write_text(_readme(target.name, starter, folder), encoding="utf-8")
            (folder / ".gitignore").write_text(_IGNORED, encoding="utf-8")
            # A private folder is what mkdtemp makes; a project is made like any other folder.
            mask = os.umask(0)
            os.umask(mask)
            folder.chmod(0o777 & ~mask)
            if target.exists():
                target.rmdir()
            folder.rename(target)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]


def _readme(name: str, starter: str, folder: Path) -> str:
    lines = (folder / "main.synth").read_text(encoding="utf-8").splitlines()
    params = [line.split()[1].rstrip(":") for line in lines if line.startswith("param ")]
    models = [line.split()[1] for line in lines if line.startswith("model ")]
    modules = [line.split()[1].removeprefix("std.") for line in lines if line.startswith("import std.")]
    fewer = f", `--set {params[0]}=50` makes fewer" if params[:1] == ["rows"] else ""
    calls = _NO_CALLS
    if models:
        swapped = " ".join(f"--model {model}='simulated()'" for model in models)
        calls = _CALLS.format(models=swapped, module=modules[0])
    return _README.format(name=name, made=_sentence(STARTERS[starter]), calls=calls, fewer=fewer)
