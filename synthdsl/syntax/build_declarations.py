"""The declarations at the top level of a file."""

from __future__ import annotations

from synthdsl.syntax import ast
from synthdsl.syntax.build_expressions import build_expr
from synthdsl.syntax.build_rows import rows
from synthdsl.syntax.build_statements import body, named
from synthdsl.syntax.build_types import build_type
from synthdsl.syntax.building import Building, Part
from synthdsl.syntax.tree import Node


def declaration(b: Building, node: Node) -> ast.Declaration:
    """One declaration; `UnreadableError` where a part is missing that it cannot do without."""
    return _DECLARATIONS[node.kind](b, node)


def _import(b: Building, node: Node) -> ast.Declaration:
    parts = node.children
    module = parts[1]
    is_path = module.kind == "STRING"
    text = b.string(module) if is_path else b.dotted(module).text
    names: list[ast.ImportedName] = []
    for part in parts[2:]:
        if isinstance(part, Node):
            alias = b.name(part.children[2]) if len(part.children) == 3 else None
            names.append(ast.ImportedName(b.name(part.children[0]), alias))
    whole = b.name(parts[-1]) if parts[-2].kind == "AS" else None
    return ast.Import(text, b.span(module), is_path, tuple(names), whole, b.span(node))


def _param(b: Building, node: Node) -> ast.Declaration:
    parts = node.children
    default = build_expr(b, parts[5]) if len(parts) == 6 else None
    return ast.Param(b.name(parts[1]), build_type(b, parts[3]), default, b.doc(node), b.span(node))


def _model(b: Building, node: Node) -> ast.Declaration:
    return ast.ModelDecl(b.name(node.children[1]), build_expr(b, node.children[3]), b.doc(node), b.span(node))


def _type(b: Building, node: Node) -> ast.Declaration:
    return ast.TypeDecl(b.name(node.children[1]), build_type(b, node.children[3]), b.doc(node), b.span(node))


def _template(b: Building, node: Node) -> ast.Declaration:
    parts = node.children
    given = _parameters(b, parts[2]) if parts[2].kind == "parameters" else ()
    return ast.TemplateDecl(b.name(parts[1]), given, b.template(parts[-1]), b.doc(node), b.span(node))


def _source(b: Building, node: Node) -> ast.Declaration:
    parts = node.children
    declared = build_type(b, parts[3]) if parts[2].kind == "COLON" else None
    return ast.SourceDecl(b.name(parts[1]), declared, build_expr(b, parts[-1]), b.doc(node), b.span(node))


def _extern(b: Building, node: Node) -> ast.Declaration:
    _, name, given, _, result, _, target = node.children
    literal = ast.Literal(b.string(target), b.span(target))
    parameters = _parameters(b, given)
    return ast.Extern(b.name(name), parameters, build_type(b, result), literal, b.doc(node), b.span(node))


def _parameters(b: Building, node: Part) -> tuple[ast.Parameter, ...]:
    assert isinstance(node, Node)
    found: list[ast.Parameter] = []
    for part in node.children:
        if isinstance(part, Node):
            parts = part.children
            default = build_expr(b, parts[4]) if len(parts) == 5 else None
            found.append(ast.Parameter(b.name(parts[0]), build_type(b, parts[2]), default, b.span(part)))
    return tuple(found)


def _dataset(b: Building, node: Node) -> ast.Declaration:
    _, name, header, statements = node.children
    return ast.DatasetDecl(b.name(name), rows(b, header), body(b, statements), b.doc(node), b.span(node))


def _pipeline(b: Building, node: Node) -> ast.Declaration:
    _, name, _, value = node.children
    return ast.PipelineDecl(b.name(name), build_expr(b, value), b.doc(node), b.span(node))


def _expect(b: Building, node: Node) -> ast.Declaration:
    return ast.Expect(b.dotted(node.children[1]), _named_parts(b, node.children[2:]), b.span(node))


def _named_parts(b: Building, parts: tuple[Part, ...]) -> tuple[ast.NamedExpr, ...]:
    return tuple(named(b, part) for part in parts if isinstance(part, Node))


def _keys(b: Building, node: Part) -> tuple[ast.NamedExpr, ...]:
    assert isinstance(node, Node)
    return _named_parts(b, node.children)


def _output(b: Building, node: Node) -> ast.Declaration:
    parts = node.children
    path = ast.Literal(b.string(parts[1]), b.span(parts[1]))
    format_name = b.name(parts[5]) if len(parts) > 5 else None
    has_body = parts[-1].kind == "keys"
    keys = _keys(b, parts[-1]) if has_body else ()
    return ast.Output(path, b.dotted(parts[3]), format_name, keys, has_body, b.doc(node), b.span(node))


def _evaluate(b: Building, node: Node) -> ast.Declaration:
    parts = node.children
    against = b.dotted(parts[3]) if len(parts) == 5 else None
    return ast.Evaluate(b.dotted(parts[1]), against, _keys(b, parts[-1]), b.span(node))


def _test(b: Building, node: Node) -> ast.Declaration:
    title = ast.Literal(b.string(node.children[1]), b.span(node.children[1]))
    steps = tuple(_test_step(b, part) for part in node.children if isinstance(part, Node))
    return ast.Test(title, steps, b.span(node))


def _test_step(b: Building, node: Node) -> ast.Given | ast.Reply | ast.Assert:
    parts = node.children
    match node.kind:
        case "given":
            return ast.Given(b.dotted(parts[1]), _keys(b, parts[2]), b.span(node))
        case "reply":
            return ast.Reply(b.dotted(parts[1]), build_expr(b, parts[3]), b.span(node))
        case _:
            return ast.Assert(build_expr(b, parts[1]), b.span(node))


def _recipe(b: Building, node: Node) -> ast.Declaration:
    parts = node.children
    statements = body(b, parts[5]) if len(parts) == 6 else None
    value = build_expr(b, parts[6]) if len(parts) == 7 else None
    given, result = _parameters(b, parts[2]), build_type(b, parts[4])
    return ast.Recipe(b.name(parts[1]), given, result, statements, value, b.doc(node), b.span(node))


def _moved(b: Building, node: Node) -> ast.Declaration:
    _, old, _, new = node.children
    return ast.Moved(_path(b, old), _path(b, new), b.span(node))


def _path(b: Building, node: Part) -> tuple[ast.Name, ...]:
    assert isinstance(node, Node)
    return tuple(b.name(part) for part in node.children if part.kind == "NAME")


_DECLARATIONS = {
    "import_decl": _import,
    "param_decl": _param,
    "model_decl": _model,
    "type_decl": _type,
    "template_decl": _template,
    "source_decl": _source,
    "extern_decl": _extern,
    "dataset_decl": _dataset,
    "pipeline_decl": _pipeline,
    "expect_decl": _expect,
    "output_decl": _output,
    "evaluate_decl": _evaluate,
    "test_decl": _test,
    "recipe_decl": _recipe,
    "moved_decl": _moved,
}
