"""A real HTTP server on loopback that speaks OpenAI's protocol and Anthropic's, for tests and benchmarks.

    python -m tests.server --port 0          # prints the port on the first line

`POST /v1/chat/completions`, `/v1/completions` and `/v1/messages` answer by a function of the messages, valid under a
JSON Schema where one is sent. `POST /control` sets how (see `Script`), `GET /control` tells what was asked and
answered.
It is an asyncio protocol without any library, so that it costs little of the machine it shares with what it measures.
"""
