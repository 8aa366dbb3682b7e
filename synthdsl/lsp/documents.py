"""The open files, and what is known of each: compiled when it is asked for, at most once for each change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import RLock

from synthdsl.lsp.analysis import Analysis, analyse
from synthdsl.lsp.hints import Calls


@dataclass(slots=True)
class Documents:
    """texts: of the open files, by resolved path. calls: what was counted for each file when it was last saved."""

    texts: dict[Path, str] = field(default_factory=dict)
    calls: dict[Path, Calls] = field(default_factory=dict)
    _untold: set[Path] = field(default_factory=set)
    _analyses: dict[Path, Analysis] = field(default_factory=dict)
    # Samples for a hover are made in a thread, while the loop goes on.
    _lock: RLock = field(default_factory=RLock)

    def put(self, path: Path, text: str) -> None:
        """A file was opened or changed: it and all that were made of its text are out of date."""
        with self._lock:
            if self.texts.get(path) == text:
                return
            self.texts[path] = text
            self.forget(path)

    def close(self, path: Path) -> None:
        """The text on the disk counts again."""
        with self._lock:
            self.texts.pop(path, None)
            self.calls.pop(path, None)
            self.forget(path)

    def forget(self, path: Path) -> None:
        """A file has another text now."""
        with self._lock:
            for other in [p for p, a in self._analyses.items() if p == path or path.as_posix() in a.compiled.texts]:
                del self._analyses[other]
                self._untold.add(other)
            self._untold.add(path)

    def untold(self) -> list[Path]:
        """The open files whose findings may be others than were told; from now on they count as told."""
        with self._lock:
            found = [p for p in self.texts if p in self._untold]
            self._untold.clear()
            return found

    def analysis(self, path: Path) -> Analysis:
        """A file as it is now."""
        with self._lock:
            found = self._analyses.get(path)
            if found is None:
                found = self._analyses[path] = analyse(path, self.texts)
            return found

    def count(self, path: Path, counted: Callable[[Analysis], Calls]) -> bool:
        """Count the calls of a file; whether anything is known that was not known before."""
        calls = counted(self.analysis(path))
        new = calls != self.calls.get(path, {})
        self.calls[path] = calls
        return new
