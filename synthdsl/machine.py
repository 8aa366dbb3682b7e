"""What a plan leaves to the machine that it runs on: weights of models, functions of the person's own."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

from synthdsl.plan.parts import made_in, runs_code
from synthdsl.plan.steps import Plan


def on_this_machine(plan: Plan, root: Path) -> Plan:
    """The plan with the models that run in this process found here; functions of `extern` are found from now on.

    root: the project folder, in which modules are looked for as where Python is started there. Raises
    `engine.failing.RunError` for weights that are not there.
    """
    from synthdsl.weights import IN_PROCESS, located

    if any(runs_code(made) for made in made_in(plan)) and str(root) not in sys.path:
        sys.path.insert(0, str(root))
    if not any(m.provider in IN_PROCESS for m in plan.models):
        return plan
    return replace(plan, models=located(plan.models, root, os.environ))
