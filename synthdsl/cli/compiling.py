"""How commands get at a spec: its argument, settings from options, compilation with messages."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from synthdsl.cli import exits
from synthdsl.cli.screen import Screen

if TYPE_CHECKING:
    from synthdsl.base.diagnostic import Diagnostic
    from synthdsl.pipeline import Compiled

F = TypeVar("F", bound=Callable[..., Any])

_SKIPPED = ("node_modules", "__pycache__")


def spec_argument(function: F) -> F:
    """The argument SPEC: a file, or a folder with one spec."""
    return click.argument("spec", type=click.Path(path_type=Path))(function)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a person chose for the compilation: params and models as `NAME=VALUE` texts, the seed."""

    params: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    seed: int = 0


def setting_options(function: F) -> F:
    """`--set NAME=VALUE`, `--model NAME=PROVIDER(...)` and `--seed N`; the command gets them as `chosen`."""
    from synthdsl.cli.completing import complete_model, complete_param

    @wraps(function)
    def with_chosen(*args: Any, params: tuple[str, ...], models: tuple[str, ...], seed: int, **rest: Any) -> Any:
        return function(*args, chosen=Chosen(params, models, seed), **rest)

    made = click.option("--seed", type=int, default=0, metavar="N", help="Seed of all chance [0].")(with_chosen)
    made = click.option(
        "models",
        "--model",
        multiple=True,
        metavar="NAME=PROVIDER(...)",
        shell_complete=complete_model,
        help="Another model in its place, as in writer='simulated()'; may be repeated.",
    )(made)
    return click.option(
        "params",
        "--set",
        multiple=True,
        metavar="NAME=VALUE",
        shell_complete=complete_param,
        help="Value of a param; may be repeated.",
    )(made)  # type: ignore[return-value]


def read_settings(settings: Sequence[str], option: str = "--set") -> dict[str, str]:
    """`NAME=VALUE` texts as a mapping. Raises click.UsageError."""
    values: dict[str, str] = {}
    for text in settings:
        name, sign, value = text.partition("=")
        if not sign or not name.strip():
            raise click.UsageError(f"'{option} {text}' is not of the form NAME=VALUE.")
        if name.strip() in values:
            raise click.UsageError(f"'{name.strip()}' is set twice.")
        values[name.strip()] = value
    return values


def compile_quietly(screen: Screen, spec: Path, chosen: Chosen) -> Compiled:
    """The spec as far as it compiles; its texts go to the screen."""
    from synthdsl.pipeline import Settings, compile_spec

    params, models = read_settings(chosen.params), read_settings(chosen.models, "--model")
    with _no_search_for_cycles():
        compiled = compile_spec(the_spec(spec), Settings(params, chosen.seed, models))
    screen.texts = {**screen.texts, **compiled.texts}
    return compiled


@contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """What a compilation makes lives as long as the command: searching it for garbage takes a third of the time.

    Afterwards it is left out of later searches. Only a command does this; a host of the library keeps its own ways.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_on:
            gc.enable()


def compile_or_stop(screen: Screen, spec: Path, chosen: Chosen) -> Compiled:
    """The compiled spec; warnings go to standard error, and with errors the command ends."""
    compiled = compile_quietly(screen, spec, chosen)
    if compiled.ok:
        screen.complain(list(compiled.diagnostics))
    else:
        screen.stop(compiled.diagnostics)
        raise click.exceptions.Exit(stop_code(compiled.diagnostics))
    return compiled


def stop_code(diagnostics: Sequence[Diagnostic]) -> int:
    """The exit code of a spec that cannot run."""
    return exits.exit_code(diagnostics) or exits.SHORT


def the_spec(place: Path) -> Path:
    """The spec that is meant: the file, or the only spec of a folder. Raises click.UsageError."""
    if not place.is_dir():
        return place
    found = sorted(p for p in place.glob("*.synth") if p.is_file())
    if len(found) == 1:
        return found[0]
    what = f"has {len(found)} specs: {', '.join(p.name for p in found)}" if found else "has no spec"
    raise click.UsageError(f"The folder '{place}' {what}.")


def find_specs(places: Sequence[Path]) -> list[Path]:
    """All specs named, those in folders found at any depth, hidden folders left out; each once."""
    found: dict[Path, Path] = {}
    for place in places:
        inside = _specs_below(place) if place.is_dir() else []
        if place.is_dir() and not inside:
            raise click.UsageError(f"The folder '{place}' has no spec.")
        for path in inside or [place]:
            found.setdefault(path.resolve(), path)
    return list(found.values())


def _specs_below(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*.synth") if p.is_file() and not _hidden(p.relative_to(folder)))


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") or part in _SKIPPED for part in path.parts[:-1])
