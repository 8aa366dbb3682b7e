"""Outputs against their formats, before anything runs."""

from __future__ import annotations

import subprocess
import sys

import pytest
from exporting import FORMAT, PATH, declared, name_span, spec, value_span

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.base.span import Span
from synthdsl.export.check import check_collisions, check_output, with_manifest_names
from synthdsl.export.spec import OutputSpec
from synthdsl.export.table import TABLE, export_format
from synthdsl.types.relations import optional
from synthdsl.types.terms import (
    BOOL,
    FLOAT,
    INT,
    JSON,
    MESSAGES,
    MODEL,
    NEVER,
    NULL,
    STR,
    UNKNOWN,
    Field,
    ListType,
    LiteralType,
    RecordType,
    Type,
    UnionType,
)

MOOD = LiteralType(("calm", "angry"))
CALL = RecordType((Field("type", STR), Field("function", RecordType((Field("name", STR), Field("arguments", JSON))))))
TOOL_MESSAGE = RecordType(
    (Field("role", STR), Field("content", optional(STR)), Field("tool_calls", optional(ListType(CALL))))
)
TURN = RecordType((Field("from", STR), Field("value", STR)))

FITTING: list[tuple[str, dict[str, Type]]] = [
    ("rows", {"a": INT, "b": ListType(INT), "c": JSON, "d": optional(MESSAGES)}),
    ("chat", {"user": STR, "assistant": MOOD}),
    ("chat", {"system": optional(STR), "user": STR, "assistant": STR}),
    ("chat", {"system": NULL, "user": STR, "assistant": STR}),
    ("chat", {"messages": MESSAGES}),
    ("prompt_completion", {"prompt": STR, "completion": STR}),
    ("prompt_completion", {"prompt": MESSAGES, "completion": STR}),
    ("preference", {"prompt": MESSAGES, "chosen": STR, "rejected": STR}),
    ("preference", {"prompt": STR, "chosen": MESSAGES, "rejected": STR}),
    ("kto", {"prompt": STR, "completion": STR, "label": BOOL}),
    ("kto", {"prompt": STR, "completion": STR, "label": LiteralType((True,))}),
    ("prompt_only", {"prompt": STR, "answer": INT, "tests": ListType(STR)}),
    ("prompt_only", {"prompt": MESSAGES}),
    ("alpaca", {"instruction": STR, "output": STR}),
    ("alpaca", {"instruction": STR, "input": optional(STR), "output": STR, "history": ListType(ListType(STR))}),
    ("alpaca", {"instruction": STR, "output": STR, "history": ListType(NEVER)}),
    ("sharegpt", {"conversations": ListType(TURN)}),
    ("sharegpt", {"conversations": MESSAGES}),
    ("sharegpt", {"system": STR, "user": STR, "assistant": STR}),
    ("tools", {"messages": ListType(TOOL_MESSAGE), "tools": JSON}),
    ("tools", {"messages": MESSAGES, "tools": STR}),
    ("tools", {"messages": ListType(UnionType((TOOL_MESSAGE,), "role")), "tools": ListType(JSON)}),
    ("chat", {"user": UNKNOWN, "assistant": UNKNOWN}),
]


@pytest.mark.parametrize(("format_name", "keys"), FITTING)
def test_what_fits_is_let_through(format_name: str, keys: dict[str, Type]) -> None:
    found, diagnostics = check_output(declared("out/x.jsonl", format_name, keys))
    assert diagnostics == []
    assert isinstance(found, OutputSpec)
    assert [f.name for f in found.keys] == list(keys)
    assert found.record.fields


WRONG: list[tuple[str, dict[str, Type], str, Span, str]] = [
    ("chat", {"user": STR}, "E0702", FORMAT, "The format 'chat' needs the key 'assistant'."),
    ("chat", {}, "E0702", FORMAT, "The format 'chat' needs the keys 'user' and 'assistant'."),
    ("preference", {"prompt": STR}, "E0702", FORMAT, "The format 'preference' needs the keys 'chosen' and 'rejected'."),
    ("rows", {}, "E0702", FORMAT, "The format 'rows' needs at least one key."),
    ("prompt_only", {"answer": STR}, "E0702", FORMAT, "The format 'prompt_only' needs the key 'prompt'."),
    ("chat", {"user": STR, "assistent": STR}, "E0703", name_span(1), "The format 'chat' has no key 'assistent'."),
    ("chat", {"messages": MESSAGES, "id": STR}, "E0703", name_span(1), "The format 'chat' has no key 'id'."),
    ("kto", {"prompt": STR, "completion": STR, "label": INT}, "E0704", value_span(2), "needs true or false"),
    ("chat", {"user": INT, "assistant": STR}, "E0704", value_span(0), "needs text"),
    ("chat", {"user": LiteralType((1, 2)), "assistant": STR}, "E0704", value_span(0), "needs text"),
    ("chat", {"user": optional(STR), "assistant": STR}, "E0704", value_span(0), "may not be null"),
    ("chat", {"user": NULL, "assistant": STR}, "E0704", value_span(0), "needs text"),
    ("alpaca", {"instruction": STR, "output": optional(STR)}, "E0704", value_span(1), "may not be null"),
    ("chat", {"messages": ListType(STR)}, "E0704", value_span(0), "needs messages"),
    ("chat", {"messages": ListType(NEVER)}, "E0704", value_span(0), "needs messages"),
    ("chat", {"messages": ListType(TURN)}, "E0704", value_span(0), "needs messages"),
    ("chat", {"messages": ListType(TOOL_MESSAGE)}, "E0704", value_span(0), "needs messages"),
    ("prompt_completion", {"prompt": STR, "completion": ListType(STR)}, "E0704", value_span(1), "text or messages"),
    ("alpaca", {"instruction": STR, "output": STR, "history": MESSAGES}, "E0704", value_span(2), "pairs"),
    ("sharegpt", {"conversations": STR}, "E0704", value_span(0), "from and value"),
    ("tools", {"messages": MESSAGES, "tools": INT}, "E0704", value_span(1), "tool descriptions"),
    ("rows", {"a": MODEL}, "E0704", value_span(0), "needs a value"),
    ("chat", {"messages": MESSAGES, "user": STR}, "E0708", name_span(1), "either 'messages' or 'user'"),
    ("sharegpt", {"user": STR, "conversations": MESSAGES}, "E0708", name_span(1), "either 'user' or 'conversations'"),
    ("prompt_only", {"prompt": STR, "label": BOOL}, "E0708", name_span(1), "'label' beside 'prompt'"),
]


@pytest.mark.parametrize(("format_name", "keys", "code", "span", "text"), WRONG)
def test_what_a_trainer_would_refuse_is_one_diagnostic(
    format_name: str, keys: dict[str, Type], code: str, span: Span, text: str
) -> None:
    found, diagnostics = check_output(declared("out/x.jsonl", format_name, keys))
    assert found is None
    assert [(d.code, d.span) for d in diagnostics] == [(code, span)]
    assert text in diagnostics[0].message


def only(diagnostics: list[Diagnostic]) -> Diagnostic:
    assert len(diagnostics) == 1
    return diagnostics[0]


def test_an_unknown_format_is_named_with_the_nearest_one() -> None:
    found, diagnostics = check_output(declared("out/x.jsonl", "preferences", {"a": STR}))
    problem = only(diagnostics)
    assert (found, problem.code, problem.span) == (None, "E0701", FORMAT)
    assert "Did you mean 'preference'?" in problem.notes
    assert problem.fixes[0].edits[0].text == "preference"


def test_a_misspelt_key_has_a_fix_that_mends_it() -> None:
    _, diagnostics = check_output(
        declared("out/x.jsonl", "preference", {"prompt": STR, "choosen": STR, "rejected": STR})
    )
    problem = only(diagnostics)
    assert problem.code == "E0703"
    assert problem.fixes[0].edits[0].span == name_span(1)
    assert problem.fixes[0].edits[0].text == "chosen"


def test_a_missing_key_that_is_a_column_is_pointed_out() -> None:
    _, diagnostics = check_output(declared("out/x.jsonl", "kto", None, {"prompt": STR, "answer": STR}))
    assert "The column 'prompt' is there: prompt = prompt" in only(diagnostics).notes


def test_null_has_a_way_out() -> None:
    _, diagnostics = check_output(declared("out/x.jsonl", "chat", {"user": optional(STR), "assistant": STR}))
    assert any("coalesce" in note for note in only(diagnostics).notes)


def test_a_role_no_template_knows_is_named() -> None:
    message = RecordType((Field("role", LiteralType(("user", "bot"))), Field("content", STR)))
    _, diagnostics = check_output(declared("out/x.jsonl", "chat", {"messages": ListType(message)}))
    assert "role 'bot'" in only(diagnostics).notes[0]


def test_tool_calls_of_another_form_are_named() -> None:
    call = RecordType((Field("name", STR), Field("arguments", JSON)))
    message = RecordType((Field("role", STR), Field("content", STR), Field("tool_calls", ListType(call))))
    _, diagnostics = check_output(declared("out/x.jsonl", "tools", {"messages": ListType(message), "tools": JSON}))
    assert "the record 'function' is missing" in only(diagnostics).notes[0]


def test_rows_without_a_body_takes_all_columns() -> None:
    for name in ("rows", None):
        found, diagnostics = check_output(declared("out/x.jsonl", name, None, {"a": INT, "b": STR}))
        assert diagnostics == []
        assert found is not None
        assert [(f.name, f.type, f.doc) for f in found.keys] == [("a", INT, "About a."), ("b", STR, "About b.")]


@pytest.mark.parametrize("path", ["out/x.txt", "out/x.json.gz", "out/x.JSONL", "out/v1.2"])
def test_an_unknown_suffix(path: str) -> None:
    found, diagnostics = check_output(declared(path, "chat", {"user": STR, "assistant": STR}))
    problem = only(diagnostics)
    assert (found, problem.code, problem.span) == (None, "E0707", PATH)


@pytest.mark.parametrize(
    ("path", "folder", "encoding"),
    [
        ("out/x.jsonl", False, "jsonl"),
        ("out/x.v2.jsonl.zst", False, "jsonl"),
        ("out/x.csv", False, "csv"),
        ("out/x", True, "parquet"),
        ("out/v1.2/", True, "parquet"),
    ],
)
def test_the_suffix_picks_the_encoding(path: str, folder: bool, encoding: str) -> None:
    target = spec(path, "rows", {"a": STR}).target
    assert (target.folder, target.encoding) == (folder, encoding)


def test_csv_holds_no_lists() -> None:
    _, diagnostics = check_output(declared("out/x.csv", "rows", {"a": STR, "b": ListType(INT), "c": JSON}))
    assert [(d.code, d.span) for d in diagnostics] == [("E0709", value_span(1)), ("E0709", value_span(2))]
    _, diagnostics = check_output(declared("out/x.csv", "chat", {"user": STR, "assistant": STR}))
    assert [(d.code, d.span) for d in diagnostics] == [("E0709", PATH)]
    assert "out/x.jsonl" in diagnostics[0].notes[0]


def test_parquet_does_not_tell_capitals_apart() -> None:
    _, diagnostics = check_output(declared("out/x.parquet", "rows", {"id": STR, "Id": INT}))
    problem = only(diagnostics)
    assert (problem.code, problem.span) == ("E0707", name_span(1))
    inner = ListType(RecordType((Field("a", INT), Field("A", INT))))
    _, diagnostics = check_output(declared("out/x", "rows", {"id": STR, "xs": inner}))
    assert (only(diagnostics).code, only(diagnostics).span) == ("E0707", value_span(1))
    assert spec("out/x.jsonl", "rows", {"id": STR, "Id": INT})


@pytest.mark.parametrize(
    "path",
    ["/etc/x.jsonl", "../x.jsonl", "out/../../x.jsonl", "C:/x.jsonl", "C:x.jsonl", "~/x.jsonl", "a\\..\\x.jsonl",
     "\\\\host\\x.jsonl", "x\0.jsonl", "a\nb.jsonl", ".git/x.jsonl", "out/.jsonl"],
)  # fmt: skip
def test_paths_outside_the_project_are_refused(path: str) -> None:
    found, diagnostics = check_output(declared(path, "rows", {"a": STR}))
    assert found is None
    assert [(d.code, d.span) for d in diagnostics] == [("E0706", PATH)]


@pytest.mark.parametrize("path", ["", ".", "./", "  "])
def test_a_path_without_a_name_is_refused(path: str) -> None:
    _, diagnostics = check_output(declared(path, "rows", {"a": STR}))
    assert "E0706" in [d.code for d in diagnostics]


def test_several_mistakes_in_one_output_are_all_reported() -> None:
    _, diagnostics = check_output(declared("/x.txt", "kto", {"prompt": INT, "label": STR, "id": STR}))
    assert [d.code for d in diagnostics] == ["E0706", "E0702", "E0704", "E0704", "E0703", "E0707"]


def test_messages_say_you_nowhere_and_end_in_one_full_stop() -> None:
    seen = 0
    for format_name, keys, *_ in WRONG:
        for diagnostic in check_output(declared("out/x.jsonl", format_name, keys))[1]:
            assert " you" not in diagnostic.message.lower()
            assert diagnostic.message.endswith(".")
            seen += 1
    assert seen == len(WRONG)


def test_outputs_may_not_overwrite_each_other_or_a_source() -> None:
    at = [Span("t.synth", i, i + 1) for i in range(9)]
    outputs = [
        ("out/a.jsonl", at[0]),
        ("out/A.jsonl", at[1]),
        ("out/folder", at[2]),
        ("out/folder/x.csv", at[3]),
        ("./data/topics.jsonl", at[4]),
        ("out/b.jsonl", at[5]),
        ("out/b.jsonl", at[6]),
    ]
    found = check_collisions(outputs, sources=["data/topics.jsonl", "data/other.csv"])
    assert [(d.code, d.span) for d in found] == [("E0705", at[1]), ("E0705", at[3]), ("E0705", at[4]), ("E0705", at[6])]
    assert found[3].message == "Two outputs are written to 'out/b.jsonl'."
    assert found[0].labels[0].span == at[0]
    assert check_collisions([("data", at[0])], sources=["data/topics.jsonl"])[0].code == "E0705"


def test_manifests_get_names_of_their_own() -> None:
    paths = ["out/t.jsonl", "out/t.csv", "out/u.jsonl.zst", "other/t.jsonl", "out/t"]
    named = with_manifest_names([spec(p, "rows", {"a": STR}) for p in paths])
    assert [s.manifest for s in named] == [
        "t.jsonl.manifest.json",
        "t.csv.manifest.json",
        "u.manifest.json",
        "t.manifest.json",
        "manifest.json",
    ]


@pytest.mark.parametrize("name", TABLE)
def test_every_format_says_what_it_is(name: str) -> None:
    form = export_format(name)
    assert form.name == name
    assert form.read_by
    assert form.doc.endswith(".")
    assert all(key.doc.endswith(".") for keys in form.alternatives for key in keys)
    assert len({k.name for keys in form.alternatives for k in keys}) == len(form.key_names())


def test_checking_loads_nothing_heavy() -> None:
    code = (
        "import sys; from synthdsl.export.check import check_output; from synthdsl.export.table import TABLE, "
        "export_format; [export_format(n) for n in TABLE]; "
        "print([m for m in ('numpy', 'duckdb', 'orjson', 'pydantic', 'synthdsl.base.zstd') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_refined_types_pass() -> None:
    from synthdsl.types.terms import StrType

    assert spec("out/x.jsonl", "chat", {"user": StrType(max=9), "assistant": StrType(pattern="a+")})
    assert FLOAT != INT
