"""What a spec was compiled against, as facts for `synth.lock`, and where a spec is not as it was locked.

Facts of a spec: its edition; digests of the files it imports; of each source the digest of its files and, where the
types of its columns are inferred, these; of each model its provider and name, its price, whether it is deprecated; of
each extern function its place and the digest of its file. Facts of the project: the version of Faker.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.base.digest import digest
from synthdsl.base.span import NOWHERE, Span
from synthdsl.catalog import SourceCatalog
from synthdsl.llm.prices import is_deprecated, price_of
from synthdsl.llm.request import ModelSpec
from synthdsl.lockfile import LOCK, Fact, Facts, Key, Lock, fact_text, key_text
from synthdsl.pipeline import Compiled
from synthdsl.project import name_in
from synthdsl.sources.contract import SourceError
from synthdsl.spelled import read_spelled
from synthdsl.syntax import ast
from synthdsl.types.show import spell

_LISTED = ("price", "deprecated")
"""What comes from a table of prices that another machine may lack: compared only where both know it."""


def shared_facts() -> Facts:
    """What holds for all specs of a project."""
    from importlib.metadata import version

    return {("faker",): version("faker")}


def facts_of(compiled: Compiled) -> Facts:
    """The facts of a spec, sorted; columns of sources in their own order. Raises `sources.contract.SourceError`."""
    assert compiled.spec is not None
    found: dict[Key, Fact] = {("edition",): 1}
    for target in sorted(_externs(compiled), key=lambda item: item.name.text):
        found |= _extern(compiled, target)
    for file in sorted(compiled.texts):
        if file not in (compiled.spec.file, LOCK) and not file.startswith("--"):
            found["import", file] = digest(compiled.texts[file].text)
    for model in sorted(compiled.spec.models, key=lambda m: m.name):
        found |= dict(_model(ModelSpec(model.name, model.provider, model.arguments, model.span)))
    catalog = SourceCatalog(compiled.root, lambda file: file)
    for source in sorted(compiled.spec.sources, key=lambda s: s.id):
        found["source", source.id, "digest"] = catalog.digest_of(source.call)
        if not source.declared and all(read_spelled(spell(f.type)) == f.type for f in source.row.fields):
            for field in source.row.fields:
                found["source", source.id, "column", field.name] = spell(field.type)
    return found


def _model(model: ModelSpec) -> Iterator[tuple[Key, Fact]]:
    key = ("model", model.alias)
    yield (*key, "provider"), model.provider
    name = model.setting("name")
    if isinstance(name, str):
        yield (*key, "name"), name
    price = price_of(model)
    if price is not None:
        yield (*key, "price", "input"), _money(price.input)
        yield (*key, "price", "output"), _money(price.output)
        yield (*key, "price", "cached"), _money(price.cached)
    if is_deprecated(model):
        yield (*key, "deprecated"), True


def _money(amount: float) -> float:
    """Without what binary fractions add in the last digits."""
    return float(f"{amount:.10g}")


def _externs(compiled: Compiled) -> list[ast.Extern]:
    return [] if compiled.module is None else [i for i in compiled.module.items if isinstance(i, ast.Extern)]


def _extern(compiled: Compiled, item: ast.Extern) -> dict[Key, Fact]:
    """An extern function's place, and the digest of its file where that is one of the project's."""
    target = str(item.target.value)
    found: dict[Key, Fact] = {("extern", item.name.text, "target"): target}
    module = Path(*target.partition(":")[0].split("."))
    for folder in (compiled.path.resolve().parent, compiled.root):
        for path in (folder / module.with_suffix(".py"), folder / module / "__init__.py"):
            if path.is_file():
                found["extern", item.name.text, "digest"] = digest(path.read_bytes())
                return found
    return found


# --- a spec beside its lock


def not_as_locked(compiled: Compiled, lock: Lock | None) -> list[Diagnostic]:
    """E0616 for every fact that is another than in the lock, at its place in the spec."""
    if compiled.spec is None:
        return []
    name = name_in(compiled.root, compiled.path)
    again = f"Look at the difference, then keep it: `synthc lock {compiled.path.as_posix()}`."
    if lock is None or name not in lock.specs:
        message = f"There is no '{LOCK}'." if lock is None else f"'{LOCK}' says nothing of '{name}'."
        return [Diagnostic("E0616", message, NOWHERE, (f"`synthc lock {compiled.path.as_posix()}` writes it.",))]
    try:
        facts = {**shared_facts(), **facts_of(compiled)}
    except SourceError as error:
        # A file that is not there is among the findings of the check already, at the same place.
        return [] if any(d.code == error.diagnostic.code for d in compiled.diagnostics) else [error.diagnostic]
    locked = {**lock.shared, **lock.specs[name]}
    places = _places(compiled)
    found: list[Diagnostic] = []
    for key in sorted({**locked, **facts}):
        old, new = locked.get(key), facts.get(key)
        if old == new or (key[0] == "model" and key[2] in _LISTED and (old is None or new is None)):
            continue
        found.append(Diagnostic("E0616", _differs(key, old, new, compiled), places.get(key[:2], NOWHERE), (again,)))
    return found


def _differs(key: Key, old: Fact | None, new: Fact | None, compiled: Compiled) -> str:
    match key:
        case ("source", name, "digest") if old is not None and new is not None:
            call = next(s.call for s in compiled.spec.sources if s.id == name) if compiled.spec else None
            file = dict(call.arguments).get("path", name) if call else name
            return f"'{file}' of source '{name}' changed: locked with digest {old}, it is {new}."
        case ("import", file) if old is not None and new is not None:
            return f"The import '{file}' changed: locked with digest {old}, it is {new}."
    if old is None:
        return f"'{key_text(key)}' is not in '{LOCK}': {fact_text(new)}." if new is not None else ""
    if new is None:
        return f"'{LOCK}' has '{key_text(key)}' = {fact_text(old)}, the spec has it no more."
    return f"'{key_text(key)}' is {fact_text(new)}, locked with {fact_text(old)}."


def _places(compiled: Compiled) -> Mapping[Key, Span]:
    spec = compiled.spec
    assert spec is not None
    found: dict[Key, Span] = {("source", s.id): s.call.span for s in spec.sources}
    found |= {("model", m.name): m.span for m in spec.models}
    found |= {("extern", e.name.text): e.name.span for e in _externs(compiled)}
    if compiled.module is not None:
        imports = [i for i in compiled.module.items if isinstance(i, ast.Import)]
        found |= {("import", i.module.removeprefix("./")): i.module_span for i in imports}
    return found
