"""llama.cpp's `llama-server`, built once into a cache folder: `python -m tests.inference.build`.

The source distribution of `llama-cpp-python` holds llama.cpp's source. It takes `cmake`, a C++ compiler and many
minutes; later calls find what was built. The folder is `$SYNTHDSL_TEST_CACHE`, else `~/.cache/synthdsl-test`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

VERSION = "0.3.36"
OFF = (
    "BUILD_SHARED_LIBS",
    "GGML_NATIVE",
    "LLAMA_BUILD_TESTS",
    "LLAMA_BUILD_EXAMPLES",
    "LLAMA_BUILD_UI",
    "LLAMA_BUILD_WEBUI",
    "LLAMA_CURL",
    "LLAMA_OPENSSL",
)


def place() -> Path:
    """Where the server stands once it is built."""
    cache = os.environ.get("SYNTHDSL_TEST_CACHE")
    folder = Path(cache) if cache else Path.home() / ".cache" / "synthdsl-test"
    return folder / f"llama-server-{VERSION}"


def build() -> Path:
    """The built server. Raises `CalledProcessError` when a step of the build fails."""
    made = place()
    if made.exists():
        return made
    work = made.parent / f"build-{VERSION}"
    work.mkdir(parents=True, exist_ok=True)
    package = f"llama-cpp-python=={VERSION}"
    pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:", "-d", str(work), package]
    subprocess.run(pip, check=True)
    with tarfile.open(next(work.glob("*.tar.gz"))) as archive:
        archive.extractall(work, filter="data")
    source = next(work.glob("llama_cpp_python-*/vendor/llama.cpp"))
    into = work / "made"
    settings = ["-DCMAKE_BUILD_TYPE=Release", *(f"-D{name}=OFF" for name in OFF)]
    subprocess.run(["cmake", "-S", str(source), "-B", str(into), *settings], check=True)
    parts = ["--target", "llama-server", "-j", str(os.cpu_count() or 1)]
    subprocess.run(["cmake", "--build", str(into), *parts], check=True)
    aside = made.with_suffix(".new")
    shutil.copy2(into / "bin" / "llama-server", aside)
    aside.rename(made)
    shutil.rmtree(work)
    return made


if __name__ == "__main__":
    print(build())
