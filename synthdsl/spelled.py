"""Types as text, read back: what `types.show.spell` wrote into the lock file."""

from __future__ import annotations

from typing import Any

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.base.span import Source
from synthdsl.model.read_types import TypeReader
from synthdsl.syntax import ast, parse
from synthdsl.types.terms import Type


def read_spelled(text: str) -> Type | None:
    """The type that a text spells, without declared names; None where it spells none."""
    module, found = parse(Source("", f"synth 1\n\ntype T = {text}\n"))
    declared = [i for i in module.items if isinstance(i, ast.TypeDecl)]
    if found or len(module.items) != 1 or len(declared) != 1:
        return None
    problems: list[Diagnostic] = []
    type_ = TypeReader(lambda name, span: None, _constant, list, problems.append).read(declared[0].type)
    return None if problems else type_


def _constant(node: ast.Expr) -> Any:
    """The values that refinements are spelled with: literals and ranges of them."""
    match node:
        case ast.Literal(value):
            return value
        case _:
            return None
