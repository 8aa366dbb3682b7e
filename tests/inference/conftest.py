"""These tests run where a real inference server was built, by `python -m tests.inference.build`; elsewhere they are not
collected, since the build takes many minutes."""

from __future__ import annotations

from importlib.util import find_spec

from tests.inference.build import place

collect_ignore = [] if place().exists() and find_spec("gguf") else ["test_inference.py"]
