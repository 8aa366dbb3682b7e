"""The server as a process; see the package."""

from __future__ import annotations

import argparse
import asyncio
import datetime
import socket
import time
from collections import Counter
from hashlib import blake2b
from typing import Any

import orjson

from tests.server.script import Fault, Script, script_of


class State:
    """What is shared by all connections. answered: how often each prompt got its answer, by digest."""

    def __init__(self) -> None:
        self.script = Script()
        self.answered: Counter[str] = Counter()
        self.asked = 0
        self.in_flight = 0
        self.most = 0
        self.bodies: list[Any] = []
        self.keep = False
        self.window = 0.0
        self.taken = 0

    def limits(self) -> tuple[bool, dict[str, str]]:
        """Whether the window has room for one more call, and the headers that tell of it."""
        script, now = self.script, time.time()
        if now >= self.window:
            self.window, self.taken = now + script.window, 0
        room = self.taken < script.limit
        self.taken += room
        left, ends = script.limit - self.taken, self.window
        if script.tells == "anthropic":
            at = datetime.datetime.fromtimestamp(ends, datetime.UTC).isoformat()
            told = {"limit": script.limit, "remaining": left, "reset": at}
            return room, {f"anthropic-ratelimit-requests-{n}": str(v) for n, v in told.items()}
        told = {"limit": script.limit, "remaining": left, "reset": f"{(ends - now) * 1000:.3f}ms"}
        return room, {f"x-ratelimit-{n}-requests": str(v) for n, v in told.items()}


class Connection(asyncio.Protocol):
    """One connection; requests on it come one after another."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.buffer = b""
        self.busy = False
        self.telling: dict[str, str] = {}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        connection = transport.get_extra_info("socket")
        if connection is not None:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if not self.busy:
            self._next()

    def _next(self) -> None:
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self.buffer[:end].decode("latin-1")
        lines = head.split("\r\n")
        headers = {n.lower(): v.strip() for n, _, v in (line.partition(":") for line in lines[1:])}
        length = int(headers.get("content-length", 0))
        if len(self.buffer) < end + 4 + length:
            return
        body = self.buffer[end + 4 : end + 4 + length]
        self.buffer = self.buffer[end + 4 + length :]
        method, path, _ = lines[0].split(" ", 2)
        self.busy = True
        self._handle(method, path, headers, body)

    def _handle(self, method: str, path: str, headers: dict[str, str], body: bytes) -> None:
        state = self.state
        if path == "/control":
            if method == "POST":
                settings = orjson.loads(body)
                state.keep = settings.pop("keep", False)
                if settings.pop("reset", False):
                    state.answered.clear()
                    state.bodies.clear()
                    state.asked = state.most = 0
                state.script = script_of(settings)
            told = {
                "asked": state.asked,
                "answered": dict(state.answered),
                "in_flight": state.in_flight,
                "most_in_flight": state.most,
                "bodies": state.bodies,
            }
            self._send(200, orjson.dumps(told))
            return
        state.asked += 1
        state.in_flight += 1
        state.most = max(state.most, state.in_flight)
        self.telling = {}
        if state.script.limit:
            room, self.telling = state.limits()
            if not room:
                state.in_flight -= 1
                self._error(429, "Too many requests.")
                return
        asyncio.get_running_loop().call_later(state.script.delay(), self._answer, path, headers, body)

    # --- answers

    def _answer(self, path: str, headers: dict[str, str], body: bytes) -> None:
        state, script = self.state, self.state.script
        state.in_flight -= 1
        if self.transport.is_closing():
            return
        found = orjson.loads(body)
        if state.keep:
            state.bodies.append(found)
        messages = found.get("messages") or [{"role": "user", "content": found.get("prompt", "")}]
        prompt = "\n".join(str(m["content"]) for m in messages)
        digest = blake2b(repr(messages).encode(), digest_size=8).digest()
        given = headers.get("x-api-key") or headers.get("authorization", "").removeprefix("Bearer ")
        if script.key and given != script.key:
            self._error(401, "Incorrect API key provided.")
            return
        if script.models and found.get("model") not in script.models:
            self._error(404, f"The model `{found.get('model')}` does not exist.")
            return
        fault = script.fault(prompt, digest)
        schema = ((found.get("response_format") or {}).get("json_schema") or {}).get("schema")
        if schema is None and found.get("tool_choice"):
            schema = found["tools"][0]["input_schema"]
        if fault is not None and self._broken(fault, found):
            return
        say = fault.value if fault is not None and fault.kind == "say" else None
        salt = b"" if script.steady else str(state.asked).encode()
        tools = () if found.get("tool_choice") else found.get("tools", ())
        model = str(found.get("model", ""))
        content = say if say is not None else script.content(messages, schema, salt, model, tools)
        state.answered[digest.hex()] += 1
        make = self._message if path.endswith("/messages") else self._object
        answer = make(path, found, prompt, content, fault)
        data = orjson.dumps(answer)
        if fault is not None and fault.kind == "drip":
            self._drip(data, float(fault.value))
            return
        self._send(200, data)

    def _object(self, path: str, found: Any, prompt: str, content: str, fault: Fault | None) -> Any:
        kind = "" if fault is None else fault.kind
        finish = {"length": "length", "filter": "content_filter"}.get(kind, "stop")
        message: dict[str, Any] = {"role": "assistant", "content": content}
        if kind == "null":
            message["content"] = None
        if kind == "empty":
            message["content"] = ""
        if kind == "refusal":
            message = {"role": "assistant", "content": None, "refusal": "I cannot help with that."}
        if found.get("tools") and (called := _called(content)):
            name, arguments = called
            finish = "tool_calls"
            function = {"name": name, "arguments": arguments}
            message = {"role": "assistant", "content": None, "tool_calls": [{"id": "t", "type": "function"}]}
            message["tool_calls"][0]["function"] = function
        if self.state.script.reasoning:
            message["reasoning_content"] = self.state.script.reasoning
        choice: dict[str, Any] = {"index": 0, "finish_reason": finish, "message": message}
        if found.get("logprobs"):
            choice["logprobs"] = {"content": [{"token": w, "logprob": -0.25} for w in content.split()]}
        if path.endswith("/completions") and "chat" not in path:
            choice = {"index": 0, "finish_reason": finish, "text": content}
            if found.get("logprobs"):
                words = content.split()
                choice["logprobs"] = {"tokens": words, "token_logprobs": [None, *[-0.25] * (len(words) - 1)]}
        usage = {"prompt_tokens": len(prompt) // 4, "completion_tokens": len(content) // 4}
        usage["total_tokens"] = sum(usage.values())
        choices = [] if kind == "no_choices" else [choice]
        return {"id": "x", "object": "chat.completion", "model": found.get("model"), "choices": choices, "usage": usage}

    def _message(self, path: str, found: Any, prompt: str, content: str, fault: Fault | None) -> Any:
        """The answer in Anthropic's form."""
        kind = "" if fault is None else fault.kind
        reason = {"length": "max_tokens", "filter": "refusal", "refusal": "refusal"}.get(kind, "end_turn")
        blocks: list[dict[str, Any]] = [{"type": "text", "text": "" if kind == "empty" else content}]
        if found.get("tool_choice"):
            reason = "tool_use" if reason == "end_turn" else reason
            blocks = [
                {"type": "tool_use", "id": "t", "name": found["tools"][0]["name"], "input": orjson.loads(content)}
            ]
        elif found.get("tools") and (called := _called(content)):
            reason = "tool_use"
            blocks = [{"type": "tool_use", "id": "t", "name": called[0], "input": orjson.loads(called[1])}]
        if self.state.script.reasoning:
            blocks.insert(0, {"type": "thinking", "thinking": self.state.script.reasoning})
        usage = {"input_tokens": len(prompt) // 4, "output_tokens": len(content) // 4, "cache_read_input_tokens": 1}
        whole = {"type": "message", "model": found.get("model"), "stop_reason": reason, "usage": usage}
        return whole if kind in ("null", "no_choices") else {**whole, "content": blocks}

    def _broken(self, fault: Fault, found: Any) -> bool:
        """Do what goes wrong before there is an answer; whether anything did."""
        match fault.kind:
            case "status":
                body = fault.body or orjson.dumps({"error": {"message": f"fault {fault.value}"}}).decode()
                self._send(int(fault.value), body.encode(), fault.headers)
            case "cut":
                self.transport.write(b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"choices": [')
                self.transport.close()
            case "broken":
                self._send(200, b'{"choices": [{"message": {"content": "hal')
            case "html":
                self._send(200, b"<html><body>Bad gateway</body></html>", {"Content-Type": "text/html"})
            case "endless":
                self.transport.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                self._pour()
            case "hang":
                pass
            case "drop":
                self.transport.abort()
            case "no_bounds" if b'"minimum"' in orjson.dumps(found.get("response_format")):
                self._error(400, "Invalid schema for response_format 'score': 'minimum' is not permitted.")
            case "no_schema" if "response_format" in found:
                self._error(400, "response_format is not supported by this model")
            case _:
                return False
        return True

    def _pour(self) -> None:
        if not self.transport.is_closing():
            self.transport.write(b"10000\r\n" + b" " * 65536 + b"\r\n")
            asyncio.get_running_loop().call_later(0.001, self._pour)

    def _drip(self, data: bytes, pause: float) -> None:
        self.transport.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n")
        self.transport.write(b"Content-Length: %d\r\n\r\n" % len(data))
        self._drop_of(data, 0, pause)

    def _drop_of(self, data: bytes, at: int, pause: float) -> None:
        if self.transport.is_closing():
            return
        if at < len(data):
            self.transport.write(data[at : at + 1])
            asyncio.get_running_loop().call_later(pause, self._drop_of, data, at + 1, pause)
        else:
            self.busy = False
            self._next()

    def _error(self, status: int, message: str) -> None:
        self._send(status, orjson.dumps({"error": {"message": message}}))

    def _send(self, status: int, data: bytes, headers: dict[str, str] | None = None) -> None:
        more = {"Content-Type": "application/json", **self.telling, **(headers or {})}
        lines = "".join(f"{n}: {v}\r\n" for n, v in more.items())
        self.transport.write(f"HTTP/1.1 {status} X\r\nContent-Length: {len(data)}\r\n{lines}\r\n".encode() + data)
        self.busy = False
        if self.buffer:
            self._next()


def _called(content: str) -> tuple[str, str] | None:
    """The tool and its arguments in `call:NAME JSON`."""
    if not content.startswith("call:"):
        return None
    name, _, arguments = content.removeprefix("call:").partition(" ")
    return name, arguments


async def serve(port: int) -> None:
    """Serve until the process ends; the port goes to standard output."""
    state = State()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(state), "127.0.0.1", port, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    asyncio.run(serve(parser.parse_args().port))


if __name__ == "__main__":
    main()
