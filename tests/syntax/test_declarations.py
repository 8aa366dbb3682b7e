"""Declarations, statements and types: every form of the contract."""

from __future__ import annotations

from typing import Any

import pytest

from synthdsl.base.span import Source
from synthdsl.syntax import ast, parse
from tests.syntax.samples import EVERYTHING, declaration, read, shown, statement


def module() -> ast.Module:
    found, diagnostics = parse(Source("x.synth", EVERYTHING))
    assert diagnostics == []
    return found


def of_kind(kind: type) -> list[Any]:
    return [item for item in module().items if type(item) is kind]


def test_module() -> None:
    assert module().edition == 1
    assert module().doc == "What the file is about.\nOn two lines."
    assert len(module().items) == 23
    assert module().span.end == len(EVERYTHING)


def test_imports() -> None:
    library, file = of_kind(ast.Import)
    assert (library.module, library.is_path, library.alias) == ("std.judge", False, None)
    assert [(n.name.text, n.alias and n.alias.text) for n in library.names] == [("pairwise", None), ("Grade", "Mark")]
    assert (file.module, file.is_path, file.names, file.alias.text) == ("./telecom.synth", True, (), "telecom")


def test_params() -> None:
    rows, name = of_kind(ast.Param)
    assert (rows.name.text, shown(rows.default), rows.doc) == ("rows", 1000, "How many.")
    assert [(a.name.text, shown(a.value)) for a in rows.type.refinements] == [("min", 1)]
    assert name.default is None


def test_types() -> None:
    severity, pair = of_kind(ast.TypeDecl)
    assert [m.value.value for m in severity.type.members] == ["low", "medium", "high"]
    question, evidence, other = pair.type.fields
    assert (question.name.text, question.type.name.text, question.doc) == ("question", "str", "")
    assert (evidence.doc, evidence.type.inner.item.name.text) == ("A sentence.", "str")
    assert other.type.name.text == "telecom.Thing"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("int", ast.NamedType),
        ("int(1..5)", ast.NamedType),
        ('str(pattern="a")', ast.NamedType),
        ("list[list[int]?](min=2, max=5)", ast.NamedType),
        ("{}", ast.RecordTypeExpr),
        ("{ a: int, b: str }", ast.RecordTypeExpr),
        ("{ a: int b: str }", ast.RecordTypeExpr),
        ('"a"', ast.LiteralTypeExpr),
        ("-3", ast.LiteralTypeExpr),
        ("true", ast.LiteralTypeExpr),
        ('"a" | "b"', ast.UnionTypeExpr),
        ('| "a" | "b"', ast.UnionTypeExpr),
        ("int?", ast.OptionalTypeExpr),
        ('("a" | "b")?', ast.OptionalTypeExpr),
        ("column[str]", ast.NamedType),
        ("{ kind: 1 } | { kind: 2 }", ast.UnionTypeExpr),
    ],
)
def test_type_expression(text: str, expected: type) -> None:
    assert type(declaration(f"type T = {text}").type) is expected


def test_template_with_parameters() -> None:
    (greeting,) = of_kind(ast.TemplateDecl)
    assert [(p.name.text, p.type.name.text) for p in greeting.parameters] == [("name", "str"), ("mood", "str")]
    assert shown(greeting.parameters[1].default) == "calm"
    assert greeting.text.text == "Hello {{ name }}"


def test_source_and_extern() -> None:
    (topics,) = of_kind(ast.SourceDecl)
    assert [f.name.text for f in topics.type.fields] == ["topic", "level"]
    assert shown(topics.value) == (("$jsonl", "()", "topics.jsonl"), "|>", ("$chunk", "()", ("words=", 3)))
    (overlap,) = of_kind(ast.Extern)
    assert (overlap.result.name.text, overlap.target.value, len(overlap.parameters)) == ("float", "pkg.mod:f", 2)


def test_statements() -> None:
    body = of_kind(ast.DatasetDecl)[0].body
    kinds = "Var Var TemplateColumn Llm Llm Llm Llm Rule Rule Rule Rule Violate Iterate Chat"
    assert [type(s).__name__ for s in body] == kinds.split()
    assert body[0].doc == "The age."
    assert body[2].text.text == "{{ greeting(customer, mood) }}"


def test_llm() -> None:
    answers, raw, grade, hard = (s for s in of_kind(ast.DatasetDecl)[0].body if isinstance(s, ast.Llm))
    assert (answers.target.text, shown(answers.iterable), shown(answers.when)) == ("m", "$panel", ("$age", ">", 3))
    assert [(m.role.text, m.text.text) for m in answers.messages] == [("user", "{{ task }}")]
    assert [(m.role.text, m.text.text) for m in raw.messages] == [("complete", "Once")]
    assert [m.role.text for m in grade.messages] == ["system", "user"]
    assert grade.settings[0].name.text == "temperature"
    assert (hard.messages, hard.settings) == ((), ())
    assert shown(hard.call) == ("$evolve", "()", "$body", ("by=", "$writer"))


def test_rules() -> None:
    adult, polite, short, flagged = (s for s in of_kind(ast.DatasetDecl)[0].body if isinstance(s, ast.Rule))
    assert adult.otherwise is None
    assert isinstance(polite.condition, ast.Binary)
    assert (polite.otherwise.action.text, polite.otherwise.column.text) == ("repair", "body")
    assert polite.otherwise.prompt.text == "Again"
    assert (short.otherwise.action.text, shown(short.otherwise.times)) == ("retry", 2)
    assert flagged.otherwise.action.text == "flag"


def test_iterate_chat_violate() -> None:
    violate, iterate, chat = of_kind(ast.DatasetDecl)[0].body[-3:]
    assert (violate.rule.text, shown(violate.share)) == ("adult", 0.05)
    assert (shown(iterate.seed), shown(iterate.times)) == ("$body", 4)
    assert [type(s) for s in iterate.body] == [ast.Stop, ast.Next]
    assert shown(chat.turns) == (2, "..", 5)
    assert [type(p) for p in chat.parts] == [ast.Turn, ast.Turn, ast.Stop]
    assert chat.parts[1].text is None


@pytest.mark.parametrize(
    ("header", "present"),
    [
        ("of 3", {"of"}),
        ("of rows accepted within 2 * rows", {"of", "within"}),
        ("from D", {"source"}),
        ("from D each x in items", {"source", "each", "items"}),
        ("of 3 from D", {"of", "source"}),
        ("of 3 from D accepted within 9", {"of", "source", "within"}),
        ("of 3 accepted within 9 grow from S batch 2", {"of", "within", "grow", "batch"}),
        ("of 3 accepted within 9 grow from S batch 2 keep best s per a, b", {"of", "within", "grow", "batch", "best"}),
        ("from D levels 3 each x in f(y)", {"source", "levels", "each", "items"}),
        ("from D levels 3 each x in f(y) keep best s per a", {"source", "levels", "each", "items", "best"}),
    ],
)
def test_rows(header: str, present: set[str]) -> None:
    rows = declaration(f"dataset d {header} {{}}").rows
    names = ("of", "within", "source", "each", "items", "levels", "grow", "batch", "best")
    assert {name for name in names if getattr(rows, name) is not None} == present
    assert len(rows.per) == (2 if "a, b" in header else 1 if "per a" in header else 0)


@pytest.mark.parametrize(
    "header",
    ["of 3 of 4", "from D accepted within 3", "each x in y", "from D levels 3", "of 3 grow from S batch 2",
     "of 3 keep best a per b"],
)  # fmt: skip
def test_rows_that_do_not_go_together(header: str) -> None:
    _, diagnostics = read(f"dataset d {header} {{}}")
    assert [d.code for d in diagnostics] == ["E0101"]


def test_outputs() -> None:
    full, bare = of_kind(ast.Output)
    assert (full.path.value, full.dataset.text, full.format.text, full.has_body) == (
        "out/x.jsonl", "clean", "chat", True,
    )  # fmt: skip
    assert [(k.name.text, shown(k.value)) for k in full.keys] == [("user", "$body")]
    assert (bare.format, bare.keys, bare.has_body) == (None, (), False)
    assert declaration('output "x" from d {}').has_body is True


def test_test() -> None:
    (test,) = of_kind(ast.Test)
    given, reply, check = test.body
    assert (test.title.value, given.dataset.text) == ("a title", "tickets")
    assert [(v.name.text, shown(v.value)) for v in given.values] == [("age", 3), ("talk", [])]
    assert (reply.column.text, shown(reply.value)) == ("answers", ["x"])
    assert shown(check.condition) == ("$age", "==", 3)


def test_recipes_and_moved() -> None:
    evolve, polish = of_kind(ast.Recipe)
    assert evolve.value is None
    assert [type(s) for s in evolve.body] == [ast.Give]
    assert polish.body is None
    assert isinstance(polish.value, ast.Pipeline)
    assert polish.parameters[1].type.item.name.text == "str"
    (moved,) = of_kind(ast.Moved)
    assert [n.text for n in moved.old + moved.new] == ["tickets", "note", "tickets", "praise"]


def test_expect_and_evaluate() -> None:
    (expect,) = of_kind(ast.Expect)
    assert [(c.name.text, shown(c.value)) for c in expect.checks] == [("enough", (("$count", "()"), ">=", 200))]
    (evaluate,) = of_kind(ast.Evaluate)
    assert evaluate.against.text == "topics"
    assert declaration("evaluate d {}").against is None


def test_names_of_modules_are_dotted() -> None:
    assert declaration('output "x" from telecom.tickets').dataset.text == "telecom.tickets"
    assert declaration("expect telecom.tickets {}").dataset.text == "telecom.tickets"


def test_separators_between_settings_are_free() -> None:
    llm = statement('llm x = m { system "a", temperature = 0, user "b" n = 2 }')
    assert [m.role.text for m in llm.messages] == ["system", "user"]
    assert [s.name.text for s in llm.settings] == ["temperature", "n"]


def test_docs_belong_to_what_follows() -> None:
    text = """
## About the file.

## About m.
## More.
model m = f()  ## behind it, no documentation
### a banner
# a comment
## About d.

dataset d of 3 {
  ## About x.
  var x = 1
  # not a doc
  var y = 2
  ## About the rule.
  rule r: x > 0
}
output "x" from d {
  ## About the key.
  user = x
}
"""
    found, diagnostics = read(text)
    assert diagnostics == []
    assert found.doc == "About the file."
    model, dataset, output = found.items
    assert (model.doc, dataset.doc) == ("About m.\nMore.", "About d.")
    assert [s.doc for s in dataset.body] == ["About x.", "", "About the rule."]
    assert output.keys[0].doc == "About the key."


def test_a_doc_right_above_the_first_declaration_is_its_own() -> None:
    found, _ = read("## About m.\nmodel m = f()")
    assert (found.doc, found.items[0].doc) == ("", "About m.")
