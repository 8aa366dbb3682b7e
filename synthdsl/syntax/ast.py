"""The abstract syntax of a `.synth` file: what the text says, with a span on every node.

Built from the lossless tree by `build.py`; names are unresolved and nothing is typed yet. Nodes have no equality of
their own (`compare.py` compares meanings): making those methods would cost each start a twentieth of a second.
"""

from __future__ import annotations

from synthdsl.base.record import record
from synthdsl.base.span import Span
from synthdsl.syntax.ast_declarations import (
    Assert,
    DatasetDecl,
    Declaration,
    Evaluate,
    Expect,
    Extern,
    Given,
    Import,
    ImportedName,
    ModelDecl,
    Moved,
    NamedExpr,
    Output,
    Param,
    Parameter,
    PipelineDecl,
    Recipe,
    Reply,
    Rows,
    SourceDecl,
    TemplateDecl,
    Test,
    TypeDecl,
)
from synthdsl.syntax.ast_expressions import (
    Argument,
    Arm,
    Attribute,
    Binary,
    Call,
    Compare,
    Comprehension,
    Conditional,
    Entry,
    Expr,
    Index,
    ListDisplay,
    Literal,
    MapDisplay,
    Match,
    Missing,
    Name,
    NameRef,
    Pipeline,
    Range,
    RecordDisplay,
    Slice,
    TemplateText,
    Unary,
)
from synthdsl.syntax.ast_statements import (
    Chat,
    Give,
    Iterate,
    Llm,
    Message,
    Next,
    Otherwise,
    Rule,
    Setting,
    Statement,
    Stop,
    TemplateColumn,
    Turn,
    Var,
    Violate,
)
from synthdsl.syntax.ast_types import (
    LiteralTypeExpr,
    NamedType,
    OptionalTypeExpr,
    RecordTypeExpr,
    TypeExpr,
    TypeField,
    UnionTypeExpr,
)

__all__ = [
    "Argument",
    "Arm",
    "Assert",
    "Attribute",
    "Binary",
    "Call",
    "Chat",
    "Compare",
    "Comprehension",
    "Conditional",
    "DatasetDecl",
    "Declaration",
    "Entry",
    "Evaluate",
    "Expect",
    "Expr",
    "Extern",
    "Give",
    "Given",
    "Import",
    "ImportedName",
    "Index",
    "Iterate",
    "ListDisplay",
    "Literal",
    "LiteralTypeExpr",
    "Llm",
    "MapDisplay",
    "Match",
    "Message",
    "Missing",
    "ModelDecl",
    "Module",
    "Moved",
    "Name",
    "NameRef",
    "NamedExpr",
    "NamedType",
    "Next",
    "OptionalTypeExpr",
    "Otherwise",
    "Output",
    "Param",
    "Parameter",
    "Pipeline",
    "PipelineDecl",
    "Range",
    "Recipe",
    "RecordDisplay",
    "RecordTypeExpr",
    "Reply",
    "Rows",
    "Rule",
    "Setting",
    "Slice",
    "SourceDecl",
    "Statement",
    "Stop",
    "TemplateColumn",
    "TemplateDecl",
    "TemplateText",
    "Test",
    "Turn",
    "TypeDecl",
    "TypeExpr",
    "TypeField",
    "Unary",
    "UnionTypeExpr",
    "Var",
    "Violate",
]


@record(eq=False)
class Module:
    """One file. `edition` is None when the first line is missing; `doc` is the module's `##` text.

    lost: the words in parts that could not be read; something else may be declared there.
    """

    file: str
    edition: int | None
    doc: str
    items: tuple[Declaration, ...]
    span: Span
    lost: frozenset[str] = frozenset()
