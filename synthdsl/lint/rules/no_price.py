"""`no-price`: a cost that nobody can say."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec

from synthdsl.lint.contract import Finding, Rule
from synthdsl.lint.subject import Subject
from synthdsl.llm.prices import price_of
from synthdsl.llm.request import ModelSpec


def look(subject: Subject) -> Iterator[Finding]:
    for model in subject.models:
        settings = dict(model.arguments)
        known = "price" in settings or "base_url" in settings
        if model.provider not in ("openai", "anthropic", "litellm") or known:
            continue
        spec = ModelSpec(model.name, model.provider, model.arguments)
        if price_of(spec) is None and find_spec("genai_prices") is not None:
            message = (
                f"No price is known for the model '{model.name}': no budget holds, and `plan` cannot say the cost."
            )
            yield Finding(model.span, message, ('`price={"input": 0.15, "output": 0.60}`, per million tokens.',))


RULE = Rule("L0104", look)
