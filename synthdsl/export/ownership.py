"""Whether what stands at an output's place was written by a run: only that is ever replaced without asking.

Also what made it, to be said when it is made again otherwise.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from synthdsl.export.report import RunFacts
from synthdsl.export.spec import MANIFEST, OutputSpec

KIND = "synthdsl/manifest"
"""The value of `kind` by which a manifest is recognised."""

CARD = "README.md"
LLAMA_FACTORY = "dataset_info.json"

_LITTER = {".DS_Store", "Thumbs.db", "desktop.ini"}
"""What file managers leave in any folder they have shown."""


def foreign_file(manifest: Path) -> bool:
    """Whether a file stands at the manifest's place that is none. Raises OSError."""
    return manifest.exists() and _manifest(manifest) is None


def foreign_folder(place: Path) -> str | None:
    """What keeps the folder at `place` from being replaced, as the rest of a sentence; None when it may be.

    A folder may be replaced when it is empty, or when it is as a run left it: its manifest lists all files in it, and
    its card was not edited since. Raises OSError.
    """
    if not place.exists() and not place.is_symlink():
        return None
    if not place.is_dir() or place.is_symlink():
        return "is a file, not a folder" if not place.is_symlink() else "is a symbolic link"
    there = {p.relative_to(place).as_posix() for p in place.rglob("*") if not p.is_dir() and p.name not in _LITTER}
    if not there:
        return None
    manifest = _manifest(place / MANIFEST)
    if manifest is None:
        return "is a folder that no run has written"
    known = {MANIFEST, CARD, LLAMA_FACTORY} | _listed(manifest)
    strange = sorted(there - known)
    if strange:
        return f"holds '{strange[0]}', which no run has written"
    card = place / CARD
    if card.exists() and hashlib.sha256(card.read_bytes()).hexdigest() != manifest.get("card_sha256"):
        return f"holds a '{CARD}' that was edited"
    return None


def earlier_libraries(spec: OutputSpec, place: Path, facts: RunFacts) -> dict[str, str]:
    """The versions of libraries that made what stands at `place`, if that was a run of the same spec and seed."""
    folder = place if spec.target.folder else place.parent
    try:
        found = _manifest(folder / spec.manifest) or {}
    except OSError:
        return {}
    made = (found.get("spec"), found.get("seed"))
    libraries = found.get("libraries")
    if made != ({"name": facts.file, "digest": facts.digest}, facts.seed) or not isinstance(libraries, dict):
        return {}
    return {str(name): str(version) for name, version in libraries.items()}


def _manifest(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_bytes())
    except (ValueError, FileNotFoundError, IsADirectoryError, RecursionError):
        return None
    return found if isinstance(found, dict) and found.get("kind") == KIND else None


def _listed(manifest: dict[str, Any]) -> set[str]:
    outputs = manifest.get("outputs")
    files = [f for o in outputs if isinstance(o, dict) for f in o.get("files", [])] if isinstance(outputs, list) else []
    return {str(f.get("path")) for f in files if isinstance(f, dict)}
