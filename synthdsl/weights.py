"""Where the weights of models that run in this process lie, and what they are: a digest that takes part in calls' keys.

In: a declared model. Out: the same with its place on this machine, which no plan and no file is told, and with the
digest of its weights, so that other weights under the same name are asked again. Paths are those of a spec: relative to
the file that declares the model, inside the project folder. `path=env("NAME")` is the person's own choice of a place.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.engine.failing import RunError
from synthdsl.llm.request import Env, ModelSpec

IN_PROCESS = ("llamacpp", "transformers")
_SUFFIXES = (".json", ".safetensors", ".jinja", ".model", ".txt", ".gguf")
_PIECE = 1 << 22


def located(models: tuple[ModelSpec, ...], root: Path, environment: Mapping[str, str]) -> tuple[ModelSpec, ...]:
    """The models, those in this process with place and digest. Raises `RunError` for weights that are not there."""
    return tuple(_located(m, root, environment) if m.provider in IN_PROCESS else m for m in models)


def _located(model: ModelSpec, root: Path, environment: Mapping[str, str]) -> ModelSpec:
    given = model.setting("path")
    if isinstance(given, Env):
        value = environment.get(given.variable, "").strip()
        if not value:
            message = f"The environment variable '{given.variable}' of the model '{model.alias}' is not set."
            raise RunError(
                Diagnostic("E0829", message, model.span, (f"`export {given.variable}=...` before the run.",))
            )
        place = Path(value).expanduser()
    else:
        place = (Path(model.span.file).parent / str(given)).resolve()
        if not place.is_relative_to(root.resolve()):
            message = f"The weights of the model '{model.alias}' lie outside of the project folder."
            notes = ('`path=env("NAME")` is for weights that lie elsewhere.',)
            raise RunError(Diagnostic("E0214", message, model.span, notes))
    right = place.is_file() if model.provider == "llamacpp" else (place / "config.json").is_file()
    if not right:
        wanted = "a GGUF file" if model.provider == "llamacpp" else "a folder with a config.json"
        message = f"There are no weights for the model '{model.alias}': '{given_text(given)}' is not {wanted}."
        raise RunError(Diagnostic("E0601", message, model.span))
    digest = _digest(place, root)
    return replace(model, arguments=(*model.arguments, ("weights", digest)), place=str(place))


def given_text(given: object) -> str:
    """A path as it is written."""
    return f'env("{given.variable}")' if isinstance(given, Env) else str(given)


def _digest(place: Path, root: Path) -> str:
    """Of all files of the weights. Those that did not change since are not read again."""
    files = [place] if place.is_file() else sorted(p for p in place.iterdir() if p.suffix in _SUFFIXES and p.is_file())
    memory = root / ".synth" / "weights.json"
    known: dict[str, str] = {}
    with suppress(OSError, ValueError):
        known = dict(json.loads(memory.read_text(encoding="utf-8")))
    found: dict[str, str] = {}
    whole = blake2b(digest_size=16)
    for file in files:
        about = file.stat()
        name = f"{file}|{about.st_size}|{about.st_mtime_ns}"
        found[name] = known.get(name) or _of_file(file)
        whole.update(f"{file.name}:{found[name]}\n".encode() if place.is_dir() else found[name].encode())
    if not found.keys() <= known.keys():
        with suppress(OSError):
            memory.parent.mkdir(exist_ok=True)
            partial = memory.with_suffix(f".{os.getpid()}.partial")
            partial.write_text(json.dumps({**known, **found}, indent=0), encoding="utf-8")
            partial.replace(memory)
    return whole.hexdigest()


def _of_file(file: Path) -> str:
    made = blake2b(digest_size=16)
    with file.open("rb") as stream:
        while piece := stream.read(_PIECE):
            made.update(piece)
    return made.hexdigest()
