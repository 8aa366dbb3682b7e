"""The project on disk: its folder, its spec files, the shipped library. All file access of the compiler is here.

Paths stay inside the project folder: absolute paths, `..` that leaves it, and links that lead out are refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.base.shipped import shipped
from synthdsl.base.span import NOWHERE, Source, Span
from synthdsl.base.suggest import did_you_mean
from synthdsl.lockfile import LOCK, Facts, read_lock
from synthdsl.syntax import MAX_SOURCE, ast, parse

MARKS = (LOCK, "pyproject.toml", ".git")
"""The nearest folder above a spec that holds one of these is the project's; without any, the spec's own folder."""


def project_folder(spec: Path) -> Path:
    """The folder that the paths of a spec may not leave."""
    start = spec.resolve().parent
    for folder in (start, *start.parents):
        if any((folder / mark).exists() for mark in MARKS):
            return folder
    return start


def name_in(root: Path, spec: Path) -> str:
    """The name of a spec within its project: its path from the project folder."""
    return spec.resolve().relative_to(root.resolve()).as_posix()


@dataclass(slots=True)
class Project:
    """Reads spec files, each once. names: the file as shown in messages -> where it is."""

    root: Path
    texts: dict[str, Source] = field(default_factory=dict)
    paths: dict[str, Path] = field(default_factory=dict)
    modules: dict[Path, ast.Module] = field(default_factory=dict)
    findings: list[Diagnostic] = field(default_factory=list)
    overlay: dict[Path, str] = field(default_factory=dict)

    def read(self, path: Path, shown: str, span: Span = NOWHERE) -> ast.Module | Diagnostic:
        """The parsed file; its syntax errors go to `findings`. A diagnostic when it cannot be read."""
        key = path.resolve()
        if key in self.modules:
            return self.modules[key]
        text = self.overlay.get(key)
        if text is None:
            got = _text(path, shown, span)
            if isinstance(got, Diagnostic):
                return got
            text = got
        source = Source(shown, text)
        module, found = parse(source)
        self.texts[shown] = source
        self.paths[shown] = path
        self.modules[key] = module
        self.findings.extend(found)
        return module

    def model(self, name: str, text: str) -> ast.ModelDecl | None:
        """A model as a person gives it beside the spec; its mistakes are shown in that text."""
        source = Source(f"--model {name}", f"synth 1\nmodel {name} = {text}\n")
        module, found = parse(source)
        self.texts[source.file] = source
        self.findings.extend(found)
        declared = [i for i in module.items if isinstance(i, ast.ModelDecl)]
        return declared[0] if len(declared) == len(module.items) == 1 and not found else None

    def locked(self, spec: Path) -> Facts:
        """What the lock file holds about a spec; what is wrong with the file goes to `findings`."""
        lock, source, wrong = read_lock(self.root)
        if wrong is not None:
            self.findings.append(wrong)
        if source is not None and wrong is not None:
            self.texts[source.file] = source
        return {} if lock is None else lock.specs.get(name_in(self.root, spec), {})

    def open(self, importer: str, module: str, is_path: bool, span: Span) -> ast.Module | Diagnostic:
        """The file an import names (satisfies `model.program.Library`)."""
        if not is_path:
            return self._shipped(module, span)
        path = Path(module)
        if path.is_absolute() or module.startswith("~"):
            message = f"The import '{module}' is an absolute path."
            return Diagnostic("E0214", message, span, ("Imports are relative to the file that imports.",))
        target = self.paths[importer].parent / path
        if not _inside(target, self.root):
            message = f"The import '{module}' leads out of the project folder."
            return Diagnostic("E0214", message, span, (f"The project folder is '{self.root.name}'.",))
        if not target.is_file():
            near = did_you_mean(path.name, [p.name for p in _specs_in(target.parent)])
            return Diagnostic("E0211", f"There is no file '{module}'.", span, near)
        return self.read(target, shown_name(importer, module), span)

    def _shipped(self, module: str, span: Span) -> ast.Module | Diagnostic:
        if not module.startswith("std."):
            note = 'A file of the project is imported by its path, as in `import "./x.synth"`.'
            return Diagnostic("E0211", f"There is no module '{module}'.", span, (note,))
        folder = shipped("specs")
        target = folder.joinpath(*module.split(".")[1:]).with_suffix(".synth")
        if not _inside(target, folder) or not target.is_file():
            known = sorted(f"std.{p.stem}" for p in _specs_in(folder))
            return Diagnostic("E0211", f"There is no module '{module}'.", span, did_you_mean(module, known))
        return self.read(target, module, span)

    def folder_of(self, file: str) -> str:
        """The folder of a file relative to the project folder, "" for the project folder itself."""
        folder = self.paths[file].resolve().parent
        relative = folder.relative_to(self.root.resolve()) if folder.is_relative_to(self.root.resolve()) else Path()
        return "" if relative == Path() else relative.as_posix()


def _specs_in(folder: Path) -> list[Path]:
    return sorted(p for p in folder.glob("*.synth") if p.is_file()) if folder.is_dir() else []


def _inside(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())


def shown_name(importer: str, module: str) -> str:
    """The name in messages of a file that another one imports by its path."""
    base = Path(importer).parent
    parts: list[str] = []
    for part in (base / module).as_posix().split("/"):
        if part == ".":
            continue
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)


def _text(path: Path, shown: str, span: Span) -> str | Diagnostic:
    try:
        if not path.is_file():
            near = did_you_mean(path.name, [p.name for p in _specs_in(path.parent)])
            what = "is a folder, not a file" if path.is_dir() else "is no file"
            return Diagnostic("E0601", f"'{shown}' {what}.", span, near)
        if path.stat().st_size > 4 * MAX_SOURCE:
            return Diagnostic("E0111", f"'{shown}' is too large for a spec.", span, (f"{MAX_SOURCE:,} at most.",))
        data = path.read_bytes()
    except OSError as error:
        return Diagnostic("E0602", f"'{shown}' cannot be read: {error.strerror or error}.", span)
    try:
        return data.decode("utf-8-sig") if data.startswith(b"\xef\xbb\xbf") else data.decode()
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        message = f"'{shown}' is not UTF-8: line {line} has the byte 0x{data[error.start]:02x}."
        return Diagnostic("E0112", message, span, ("Save the file as UTF-8.",))
