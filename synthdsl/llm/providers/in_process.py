"""What models that run in this process have in common: one thread that writes, answers as functions of the call's key.

A model writes one answer after another. Answers of a batch would be quicker, but differ in their last bits with what
else is in the batch, so the same spec would not give the same data.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from synthdsl.llm.reply import CallFailed, Reply
from synthdsl.llm.request import ModelSpec, Request

MAX_TOKENS = 512
"""Of an answer where nothing else is said: a small model may never end by itself."""


@dataclass(slots=True)
class Writer:
    """One thread in which a loaded model writes. load: called there, once, before the first answer."""

    model: ModelSpec
    load: Callable[[Path], Any]
    write: Callable[[Any, Request], Reply]
    _thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "model"))
    _loaded: Any = None
    _broken: CallFailed | None = None

    async def ask(self, request: Request) -> Reply:
        """One answer. Raises `CallFailed`."""
        import asyncio

        return await asyncio.get_running_loop().run_in_executor(self._thread, self._answer, request)

    def _answer(self, request: Request) -> Reply:
        import time

        if self._broken is not None:
            raise self._broken
        if self._loaded is None:
            try:
                self._loaded = self.load(Path(self.model.place))
            except CallFailed as failure:
                self._broken = failure
                raise
            except Exception as error:
                said = str(error).strip().split("\n")[0][:300]
                message = (
                    f"The weights of the model '{self.model.alias}' cannot be loaded: {said or type(error).__name__}."
                )
                self._broken = CallFailed("E0828", message, "run", notes=("`check` does not look into weights.",))
                raise self._broken from None
        begun = time.monotonic()
        try:
            reply = self.write(self._loaded, request)
        except CallFailed:
            raise
        except Exception as error:
            said = str(error).strip().split("\n")[0][:300]
            reach: Any = "run" if isinstance(error, MemoryError) or "memory" in said.lower() else "row"
            message = f"The model could not write an answer: {said or type(error).__name__}."
            raise CallFailed("E0823", message, reach, notes=("A shorter prompt, or a smaller model.",)) from None
        return replace(reply, seconds=time.monotonic() - begun)

    async def close(self) -> None:
        """Wait for the answer under way and let go of the weights."""
        self._thread.shutdown(wait=True, cancel_futures=True)
        self._loaded = None


def seed_of(request: Request) -> int:
    """The seed of an answer: what the call's key says, 31 bits; the setting `seed` is part of the key."""
    return int.from_bytes(request.key[:4], "little") & 0x7FFF_FFFF


def missing(provider: str, library: str) -> CallFailed:
    """A library that is not installed."""
    message = f"'{provider}(...)' needs the library {library}, which is not installed."
    return CallFailed("E0828", message, "run", notes=(f"`pip install 'synthdsl[{provider}]'`",))
