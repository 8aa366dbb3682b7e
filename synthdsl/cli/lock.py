"""`synthc lock`: writes what specs are compiled against into `synth.lock`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from synthdsl.cli import exits
from synthdsl.cli.compiling import find_specs, stop_code
from synthdsl.cli.screen import Screen
from synthdsl.cli.style import write
from synthdsl.cli.text import count, escape

if TYPE_CHECKING:
    from synthdsl.lockfile import Fact, Facts, Key, Lock
    from synthdsl.pipeline import Compiled


@click.command()
@click.argument("specs", nargs=-1, type=click.Path(path_type=Path))
@click.pass_obj
def lock(screen: Screen, specs: tuple[Path, ...]) -> int:
    """Write synth.lock: digests of the files that SPECS read, inferred types, models with their prices.

    Without SPECS, all that the project's synth.lock has now; where there is none, all in this folder and below. Shows
    what changes. `check` then takes types from the file, and `check --frozen` fails where something is another.
    """
    from synthdsl.project import project_folder

    roots: dict[Path, list[Path]] = {}
    for spec in find_specs(specs) if specs else _known(Path.cwd()):
        roots.setdefault(project_folder(spec), []).append(spec)
    for root, files in roots.items():
        code = _lock(screen, root, files)
        if code != exits.FINE:
            return code
    return exits.FINE


def _known(here: Path) -> list[Path]:
    from synthdsl.lockfile import LOCK
    from synthdsl.project import project_folder

    root = project_folder(here / "any.synth")
    return _named(root, root / LOCK) or find_specs([Path()])


def _named(root: Path, path: Path) -> list[Path]:
    """The specs of a lock that are there, also of one whose merge conflicts."""
    from synthdsl.lockfile import specs_in

    try:
        names = specs_in(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return []
    here = Path.cwd()
    found = [root / n for n in names if (root / n).is_file()]
    return [p.relative_to(here) if p.is_relative_to(here) else p for p in found]


def _lock(screen: Screen, root: Path, files: list[Path]) -> int:
    """Write the lock of one project, specs that are not named as they were; where it cannot be read, those anew too."""
    from synthdsl.cli.saving import save
    from synthdsl.lockfile import LOCK, Lock, lock_text, read_lock
    from synthdsl.locking import facts_of, shared_facts
    from synthdsl.pipeline import Settings, compile_spec
    from synthdsl.project import name_in

    before, _, wrong = read_lock(root)
    if wrong is not None:
        known = {p.resolve() for p in files}
        files = [*files, *(p for p in _named(root, root / LOCK) if p.resolve() not in known)]
    old = before or Lock()
    facts: dict[str, Facts] = {n: f for n, f in old.specs.items() if (root / n).is_file()}
    for file in files:
        compiled = compile_spec(file, Settings(locked=False))
        screen.texts = {**screen.texts, **compiled.texts}
        if _is_broken(compiled):
            screen.stop(compiled.diagnostics)
            return stop_code(compiled.diagnostics)
        facts[name_in(root, file)] = facts_of(compiled)
    new = Lock(shared_facts(), facts)
    text = lock_text(new)
    if wrong is None and before is not None and text == lock_text(before):
        write(f"{LOCK} is up to date: {count(len(facts), 'spec')}.")
        return exits.FINE
    save(text, root / LOCK)
    shown = "\n".join(_changes(old, new))
    write(f"{shown}\n{LOCK} written: {count(len(facts), 'spec')}, {count(_facts(new), 'fact')}.".lstrip("\n"))
    return exits.FINE


def _is_broken(compiled: Compiled) -> bool:
    """Whether there are errors, apart from what this version cannot run."""
    return compiled.spec is None or any(d.is_error and not d.code.startswith("E09") for d in compiled.diagnostics)


def _facts(lock: Lock) -> int:
    return len(lock.shared) + sum(map(len, lock.specs.values()))


def _changes(old: Lock, new: Lock) -> Iterator[str]:
    """The facts that came, went and changed."""
    yield from _lines("", old.shared, new.shared)
    for spec in sorted({**old.specs, **new.specs}):
        yield from _lines(spec, old.specs.get(spec, {}), new.specs.get(spec, {}))


def _lines(spec: str, old: Mapping[Key, Fact], new: Mapping[Key, Fact]) -> Iterator[str]:
    from synthdsl.lockfile import fact_text, key_text

    changed = [k for k in {**old, **new} if old.get(k) != new.get(k)]
    if changed and spec:
        yield escape(spec)
    for key in changed:
        name = escape(key_text(key))
        if key not in old:
            yield f"  + {name} = {escape(fact_text(new[key]))}"
        elif key not in new:
            yield f"  - {name} = {escape(fact_text(old[key]))}"
        else:
            yield f"  ~ {name} = {escape(fact_text(new[key]))}, was {escape(fact_text(old[key]))}"
