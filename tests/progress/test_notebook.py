"""In the kernel of a real notebook: calls run beside its event loop, and progress stands under the cell."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

SPEC = """synth 1

model writer = simulated()

dataset lessons of 30 {
  var topic = choice(["tea", "jam"])
  llm text: str = writer \"\"\"Write about {{ topic }}.\"\"\"
}

output "lessons.jsonl" from lessons
"""
CELL = "import synthdsl\nresult = synthdsl.load('spec.synth').run({})\nprint(len(list(result.rows())))"


async def shown(folder: Path, code: str) -> list[dict[str, Any]]:
    """What the cell's code printed and displayed, as the contents of the kernel's messages."""
    from jupyter_client.manager import AsyncKernelManager

    manager = AsyncKernelManager()
    await manager.start_kernel(cwd=str(folder), env={"PATH": "/usr/bin:/bin", "PYTHONPATH": ":".join(sys.path)})
    client = manager.client()
    try:
        client.start_channels()
        await client.wait_for_ready(timeout=60)
        told: list[dict[str, Any]] = []
        done = await client.execute_interactive(code, timeout=60, output_hook=lambda m: told.append(m["content"]))
        assert done["content"]["status"] == "ok", told
        return told
    finally:
        client.stop_channels()
        await manager.shutdown_kernel(now=True)


def test_a_cell_shows_how_a_run_with_calls_goes(tmp_path: Path) -> None:
    (tmp_path / "spec.synth").write_text(SPEC)
    told = asyncio.run(shown(tmp_path, CELL.format("")))
    assert [c["text"] for c in told if c.get("name") == "stdout"] == ["30\n"]
    displays = [c for c in told if "transient" in c]
    assert len({c["transient"]["display_id"] for c in displays}) == 1, "one display, replaced"
    last = displays[-1]["data"]
    assert "lessons: 30 rows" in last["text/plain"] and "30 answered" in last["text/plain"]
    assert '<progress value="30" max="30">' in last["text/html"]


def test_no_progress_where_none_is_wished(tmp_path: Path) -> None:
    (tmp_path / "spec.synth").write_text(SPEC)
    told = asyncio.run(shown(tmp_path, CELL.format("progress=False")))
    assert not [c for c in told if "transient" in c]
