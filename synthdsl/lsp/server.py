"""The language server: the open documents, when they are compiled, and what is told without being asked."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from synthdsl.lsp.documents import Documents
from synthdsl.lsp.positions import offset

DELAY = 0.01
"""Seconds of rest after a change before the file is compiled: changes that come together are compiled once."""

IDLE = 1.0
"""Seconds without a change after which garbage is searched for."""


class Server(LanguageServer):
    """The server with its open documents."""

    def __init__(self, version: str) -> None:
        super().__init__("synthc", version, text_document_sync_kind=types.TextDocumentSyncKind.Incremental)
        self.documents = Documents()
        self.timer: asyncio.TimerHandle | None = None
        self.idle: asyncio.TimerHandle | None = None
        self.counting: set[asyncio.Task[None]] = set()

    @property
    def encoding(self) -> str:
        """What positions count, as agreed with the client."""
        agreed = self.workspace.position_encoding
        return str(getattr(agreed, "value", agreed) or "utf-16")

    def place(self, params: Any) -> tuple[Any, int]:
        """The analysis of the file a request is about, and the offset."""
        analysis = self.documents.analysis(path_of(params.text_document.uri))
        return analysis, offset(analysis.source, params.position, self.encoding)

    def take(self, uri: str) -> None:
        """The text of a document as the client has it now."""
        self.documents.put(path_of(uri), self.workspace.get_text_document(uri).source)
        if self.timer is not None:
            self.timer.cancel()
        loop = asyncio.get_running_loop()
        self.timer = loop.call_later(DELAY, self.publish)
        if self.idle is not None:
            self.idle.cancel()
        self.idle = loop.call_later(IDLE, gc.collect)

    def publish(self) -> None:
        """Compile what changed and tell what is wrong with it."""
        from synthdsl.lsp.findings import published

        for path in self.documents.untold():
            found = published(self.documents.analysis(path), self.encoding)
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(path.as_uri(), found))

    async def count(self, path: Path) -> None:
        """Count the calls of a file in a thread, and have the hints shown anew."""
        from synthdsl.lsp.hints import count_calls

        new = await asyncio.to_thread(self.documents.count, path, count_calls)
        workspace = self.client_capabilities.workspace
        if new and workspace is not None and workspace.inlay_hint is not None and workspace.inlay_hint.refresh_support:
            await self.workspace_inlay_hint_refresh_async(None)

    def count_later(self, uri: str) -> None:
        """Count without waiting for it."""
        task = asyncio.get_running_loop().create_task(self.count(path_of(uri)))
        self.counting.add(task)
        task.add_done_callback(self.counting.discard)


def path_of(uri: str) -> Path:
    """The resolved path of a document; one that is not on the disk gets a name in the folder at hand."""
    path = to_fs_path(uri) if uri.startswith("file:") else None
    return Path(path).resolve() if path else Path.cwd() / (uri.rsplit("/", 1)[-1].rsplit(":", 1)[-1] + ".synth")


def serve(version: str) -> None:
    """Serve the client at standard input and output until it says `exit`."""
    server = made(version)
    gc.freeze()
    # The protocol has a way out of its own: whatever else would be printed goes to standard error.
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as out:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        server.start_io(sys.stdin.buffer, out)


def made(version: str) -> Server:
    """The server with all it can do."""
    from synthdsl.lsp.features import FEATURES

    server = Server(version)
    for method, feature, options in FEATURES:
        server.feature(method, options)(feature)
    return server
