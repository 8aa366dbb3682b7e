"""Settings of all tests: examples of properties are the same in every run, however slow the machine."""

from __future__ import annotations

import os
import sys

from hypothesis import settings

settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile("steady")

# Installed programs have their bytecode. The processes that tests start would compile all modules anew, each of them.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
