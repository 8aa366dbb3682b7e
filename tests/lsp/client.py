"""A client of the protocol, by hand: a real `synthc lsp` process, spoken to over its standard input and output."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from queue import Empty, Queue
from types import TracebackType
from typing import Any

PATIENCE = 60.0


class Refused(Exception):  # noqa: N818 (it is an answer)
    """The server answered with an error."""


class Client:
    """Open documents by name in a folder; requests are waited for."""

    def __init__(self, folder: Path, encodings: tuple[str, ...] = ("utf-16",)) -> None:
        self.folder = folder
        self.texts: dict[str, str] = {}
        self.version = 0
        self.number = 0
        self.notes: Queue[dict[str, Any]] = Queue()
        self.answers: Queue[dict[str, Any]] = Queue()
        env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
        self.process = subprocess.Popen(
            [sys.executable, "-c", "from synthdsl.cli.main import main; main()", "lsp"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=env,
            cwd=folder,
        )
        self.errors: list[bytes] = []
        threading.Thread(target=self._read, daemon=True).start()
        threading.Thread(target=self._complaints, daemon=True).start()
        self.capabilities = self.ask(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": folder.as_uri(),
                "capabilities": {"general": {"positionEncodings": list(encodings)}},
            },
        )["capabilities"]
        self.tell("initialized", {})

    def __enter__(self) -> Client:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert stream is not None
            stream.close()

    def _complaints(self) -> None:
        assert self.process.stderr is not None
        try:
            self.errors.extend(self.process.stderr)
        except ValueError:
            return

    def _read(self) -> None:
        out = self.process.stdout
        assert out is not None
        try:
            while header := out.readline():
                length = 0
                while header.strip():
                    name, _, value = header.partition(b":")
                    length = int(value) if name.lower() == b"content-length" else length
                    header = out.readline()
                message = json.loads(out.read(length))
                (self.notes if "method" in message else self.answers).put(message)
        except ValueError:
            return

    def _send(self, message: dict[str, Any]) -> None:
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(data) + data)
        self.process.stdin.flush()

    def tell(self, method: str, params: Any) -> None:
        """A notification."""
        self._send({"method": method, "params": params})

    def ask(self, method: str, params: Any) -> Any:
        """A request; its result."""
        self.number += 1
        self._send({"id": self.number, "method": method, "params": params})
        try:
            answer = self.answers.get(timeout=PATIENCE)
        except Empty:
            raise AssertionError(b"".join(self.errors).decode()) from None
        assert answer["id"] == self.number
        if "error" in answer:
            raise Refused(answer["error"]["message"])
        return answer["result"]

    # --- documents

    def uri(self, name: str) -> str:
        """Of a file in the folder."""
        return (self.folder / name).resolve().as_uri()

    def open(self, name: str, text: str) -> list[dict[str, Any]]:
        """Open a document (also written to the disk); its diagnostics."""
        self.launch(name, text)
        return self.diagnostics(name)

    def launch(self, name: str, text: str) -> None:
        """The same, without waiting."""
        (self.folder / name).write_text(text, encoding="utf-8", newline="")
        self.texts[name] = text
        self.version += 1
        document = {"uri": self.uri(name), "languageId": "synth", "version": self.version, "text": text}
        self.tell("textDocument/didOpen", {"textDocument": document})

    def type(self, name: str, text: str) -> list[dict[str, Any]]:
        """Make the document another text by one change of a part; its diagnostics then."""
        self.change(name, text)
        return self.diagnostics(name)

    def change(self, name: str, text: str) -> None:
        """The same, without waiting."""
        old = self.texts[name]
        start = next((i for i, (a, b) in enumerate(zip(old, text, strict=False)) if a != b), min(len(old), len(text)))
        end = 0
        most = min(len(old), len(text)) - start
        while end < most and old[-1 - end] == text[-1 - end]:
            end += 1
        part = {
            "start": self.position(name, start),
            "end": self.position(name, len(old) - end),
        }
        self.texts[name] = text
        self.version += 1
        self.tell(
            "textDocument/didChange",
            {
                "textDocument": {"uri": self.uri(name), "version": self.version},
                "contentChanges": [{"range": part, "text": text[start : len(text) - end]}],
            },
        )

    def diagnostics(self, name: str) -> list[dict[str, Any]]:
        """The next that are published for a document."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                note = self.notes.get(timeout=PATIENCE)
            except Empty:
                break
            if note["method"] == "textDocument/publishDiagnostics" and note["params"]["uri"] == self.uri(name):
                found: list[dict[str, Any]] = note["params"]["diagnostics"]
                return found
        raise AssertionError("no diagnostics: " + b"".join(self.errors).decode())

    def position(self, name: str, offset: int) -> dict[str, int]:
        """Where an offset is, in UTF-16."""
        before = self.texts[name][:offset]
        line = before.rsplit("\n", 1)[-1]
        return {"line": before.count("\n"), "character": len(line.encode("utf-16-le")) // 2}

    def at(self, name: str, text: str, inside: int = 0, nth: int = 0) -> dict[str, Any]:
        """Parameters of a request about the nth place of some characters."""
        offset = -1
        for _ in range(nth + 1):
            offset = self.texts[name].index(text, offset + 1)
        return {"textDocument": {"uri": self.uri(name)}, "position": self.position(name, offset + inside)}

    def slice(self, name: str, place: dict[str, Any]) -> str:
        """The characters of a range of a document whose lines are ASCII."""
        text = self.texts[name]
        return text[self.offset(text, place["start"]) : self.offset(text, place["end"])]

    @staticmethod
    def offset(text: str, place: dict[str, int]) -> int:
        """Of a position, in UTF-16."""
        lines = text.split("\n")
        line = lines[place["line"]]
        inside = len(line.encode("utf-16-le")[: 2 * place["character"]].decode("utf-16-le"))
        return sum(len(x) + 1 for x in lines[: place["line"]]) + inside

    def edited(self, name: str, edits: list[dict[str, Any]]) -> str:
        """The text of a document after edits."""
        text = self.texts[name]
        placed = [(self.offset(text, e["range"]["start"]), self.offset(text, e["range"]["end"]), e) for e in edits]
        for start, end, edit in sorted(placed, key=lambda p: p[0], reverse=True):
            text = text[:start] + edit["newText"] + text[end:]
        return text
