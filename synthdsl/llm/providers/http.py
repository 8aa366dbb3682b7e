"""HTTP to a server of models: one session an account, answers bounded in size, failures told apart.

What a status means is the same for all servers that speak JSON over HTTP; what stands in a body is each provider's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from synthdsl.llm.limits import Told
from synthdsl.llm.providers.told_limits import told
from synthdsl.llm.reply import CallFailed

if TYPE_CHECKING:
    import aiohttp

MAX_BODY = 64 * 1024 * 1024
"""Bytes of an answer at most: a longer one is a broken server."""

_SURELY_SECRET, _HARDLY_SECRET = 16, 4
"""Characters of a key that is taken out of answers, and out of refusals."""

SHOWN = 500
"""Characters of a body that are shown."""


class Http:
    """A client for one base address. Made and used in one event loop. told: of limits, by the call that ended last."""

    def __init__(self, base: str, headers: Mapping[str, str], key: str | None = None) -> None:
        """key: what no body of the server may tell, because some repeat it in their refusals."""
        import aiohttp

        self.base = base.rstrip("/")
        self._secret = (key or "").encode()
        connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=30, ttl_dns_cache=300)
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=30)
        self._session = aiohttp.ClientSession(
            connector=connector,
            timeout=timeout,
            headers={"Content-Type": "application/json", **headers},
            trust_env=_has_proxy(),
            auto_decompress=True,
        )
        self._error = aiohttp.ClientError
        self.told: Told | None = None

    async def post(self, path: str, body: bytes, timeout: float) -> Any:
        """The parsed JSON of a 200 answer. Raises `CallFailed`; `failure.body` begins as the server's text did."""
        import asyncio

        import orjson

        try:
            async with asyncio.timeout(timeout):
                async with self._session.post(self.base + path, data=body) as response:
                    data = await _bounded(response)
                    status, headers = response.status, response.headers
        except TimeoutError:
            self.told = None
            message = f"The server did not answer within {timeout:g} s."
            raise CallFailed("E0824", message, "again", slow=True) from None
        except self._error as error:
            self.told = None
            raise _unreached(self.base, error) from None
        # Nothing is awaited from here on: who reads it next asked for this answer.
        self.told = told(headers)
        data = self._veiled(data, status)
        if status != 200:
            raise refused(status, data, headers)
        try:
            return orjson.loads(data)
        except ValueError:
            kind = headers.get("Content-Type", "no type").split(";")[0]
            message = f"The server's answer is no JSON ({kind}, {len(data):,} bytes)."
            raise CallFailed("E0825", message, "again", status=status, body=_text(data)) from None

    def _veiled(self, data: bytes, status: int) -> bytes:
        """The body without the key. In answers only a key that cannot be a word, as `ollama` for a local server is."""
        secret = self._secret
        if len(secret) < (_SURELY_SECRET if status == 200 else _HARDLY_SECRET) or secret not in data:
            return data
        return data.replace(secret, b"[key]")

    async def close(self) -> None:
        """Close all connections."""
        await self._session.close()


def _has_proxy() -> bool:
    import os

    return any(os.environ.get(n) for n in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"))


async def _bounded(response: aiohttp.ClientResponse) -> bytes:
    length = response.content_length
    if length is not None and length <= MAX_BODY:
        return await response.read()
    parts: list[bytes] = []
    size = 0
    async for part in response.content.iter_any():
        size += len(part)
        if size > MAX_BODY:
            response.close()
            raise CallFailed("E0825", f"The server's answer has no end: over {MAX_BODY:,} bytes.", "again")
        parts.append(part)
    return b"".join(parts)


def _unreached(base: str, error: Exception) -> CallFailed:
    import os

    import aiohttp

    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.InvalidURL | aiohttp.NonHttpUrlClientError):
        reason = getattr(error, "os_error", None)
        number = getattr(reason, "errno", None)
        # asyncio puts a text of its own in the place of the system's.
        why = os.strerror(number) if number and number > 0 else str(reason or error)
        message = f"The server at {shown_address(base)} cannot be reached: {why}."
        notes = ("Start the server, or mend `base_url` of the model.", "`--model NAME='simulated()'` runs without one.")
        return CallFailed("E0822", message, "again", notes=notes)
    return CallFailed("E0825", f"The connection broke before the answer was whole ({type(error).__name__}).", "again")


def shown_address(base: str) -> str:
    """An address without user, password and query."""
    from urllib.parse import urlsplit

    parts = urlsplit(base)
    try:
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        port = ""
    return (
        f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}" if parts.scheme else base.partition("@")[2] or base
    )


def refused(status: int, data: bytes, headers: Mapping[str, str]) -> CallFailed:
    """What an answer other than 200 means."""
    said = _said(data)
    tail = f": {said}" if said else "."
    body = _text(data)
    match status:
        case 401 | 403:
            message = f"The server refuses the key (HTTP {status}){tail}"
            notes = ("Set the environment variable that `api_key=env(...)` of the model names.",)
            return CallFailed("E0820", message, "run", status=status, notes=notes, body=body)
        case 404:
            message = f"The server does not know the model or the address (HTTP 404){tail}"
            notes = ("Compare the model's name and `base_url` with what the server offers.",)
            return CallFailed("E0821", message, "run", status=status, notes=notes, body=body)
        case 402:
            message = f"The account has no money left (HTTP 402){tail}"
            return CallFailed("E0820", message, "run", status=status, body=body)
        case 429 if b"insufficient_quota" in data:
            message = f"The account's quota is used up (HTTP 429){tail}"
            return CallFailed("E0820", message, "run", status=status, body=body)
        case 408 | 409 | 425 | 429 | 500 | 502 | 503 | 504 | 520 | 521 | 522 | 523 | 524 | 529:
            slow = status in (408, 429, 503, 504, 524, 529)
            message = f"The server answers HTTP {status}{tail}"
            return CallFailed("E0824", message, "again", status=status, wait=asked_wait(headers), slow=slow, body=body)
        case _ if status >= 500:
            return CallFailed("E0824", f"The server answers HTTP {status}{tail}", "again", status=status, body=body)
        case _:
            message = f"The server refuses the call (HTTP {status}){tail}"
            return CallFailed("E0823", message, "row", status=status, body=body)


def asked_wait(headers: Mapping[str, str]) -> float | None:
    """Seconds that `Retry-After` (RFC 9110: seconds or a date) or its cousin in milliseconds asks to wait."""
    import email.utils
    import time

    exact = headers.get("retry-after-ms")
    if exact is not None:
        try:
            return min(3600.0, max(0.001, float(exact) / 1000))
        except ValueError:
            pass
    text = headers.get("Retry-After")
    if text is None:
        return None
    try:
        seconds = float(text)
    except ValueError:
        try:
            seconds = email.utils.parsedate_to_datetime(text).timestamp() - time.time()
        except (ValueError, TypeError):
            return None
    return min(3600.0, max(0.001, seconds)) if seconds == seconds else None


def _said(data: bytes) -> str:
    """The server's own sentence, where its body has one."""
    import orjson

    try:
        found = orjson.loads(data)
    except ValueError:
        return ""
    error = found.get("error", found) if isinstance(found, dict) else None
    said = error.get("message") if isinstance(error, dict) else error
    if not isinstance(said, str):
        return ""
    said = " ".join(said.split())
    return said if len(said) <= 200 else said[:197] + "..."


def _text(data: bytes) -> str:
    return data[: SHOWN * 4].decode("utf-8", "replace")[:SHOWN]
