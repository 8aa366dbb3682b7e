"""What was found and what was expected, in the language's own words."""

from __future__ import annotations

from collections.abc import Iterable

from synthdsl.base.span import Span
from synthdsl.syntax.place import STATEMENTS, Place
from synthdsl.syntax.tables import Tables
from synthdsl.syntax.tree import Token

_OPERATORS = frozenset(
    "PLUS MINUS STAR SLASH EQ NE LT LE GT GE AND OR NOT IN IF IMPLIES RANGE LPAR LSQB DOT".split()  # noqa: SIM905
)
_VALUES = frozenset(
    "STRING TSTRING INT FLOAT PERCENT DATE TRUE FALSE NULL NAME LPAR LSQB LBRACE MATCH MINUS NOT".split()  # noqa: SIM905
)

_FORMS = {
    "IMPORT": "import std.judge (pairwise)",
    "PARAM": "param name: type = value",
    "MODEL": 'model name = openai("...")',
    "TYPE": "type Name = ...",
    "TEMPLATE": 'template name = """..."""',
    "SOURCE": 'source name: { column: type } = jsonl("...")',
    "EXTERN": 'extern name(a: type) -> type = "package.module:function"',
    "DATASET": "dataset name of N { ... }` or `dataset name = other |> step(...)",
    "EXPECT": "expect dataset { name: condition }",
    "OUTPUT": 'output "path" from dataset as format { key = value }',
    "EVALUATE": "evaluate dataset against dataset { name = value }",
    "TEST": 'test "title" { given ... reply ... assert ... }',
    "RECIPE": "recipe name(a: type) -> type { ... give value }",
    "MOVED": "moved dataset.column -> dataset.column",
    "VAR": "var name = value",
    "LLM": 'llm name: type = model """..."""',
    "RULE": "rule name: condition else action",
    "VIOLATE": "violate rule 5%",
    "ITERATE": "iterate name: type = seed times N { ... }",
    "CHAT": "chat name turns 2..5 { ... }",
    "STOP": "stop when condition",
    "NEXT": "next value",
    "GIVE": "give value",
    "GIVEN": "given dataset { column = value }",
    "REPLY": "reply column = value",
    "ASSERT": "assert condition",
}


def expectation(place: Place) -> str:
    """What could stand there: `a value, a name or "}"`."""
    words = _expected_words(place.tables, place.expected)
    return listed(words)


def listed(words: list[str]) -> str:
    """`a`, `a or b`, `a, b or c`; at most five of them."""
    words = words[:5]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}" if words else "nothing more"


def _expected_words(tables: Tables, expected: Iterable[str]) -> list[str]:
    left = set(expected) - {"MISSING", "$END"}
    words: list[str] = []
    if "FLOAT" in left:
        words.append("a value")
        left -= _VALUES
    elif "MISSING" in expected:
        words.append("a type")
        left -= _VALUES | {"VBAR"}
    if "NAME" in left:
        words.append("a name")
    if "STRING" in left:
        words.append("a text in quotes")
    if "INT" in left:
        words.append("a whole number")
    spelling = {kind: word for word, kind in (tables.symbols | tables.keywords).items()}
    operator = "STAR" in left
    if operator:
        left -= _OPERATORS
    statement = bool({"VAR", "GIVEN"} & left)
    declaration = "DATASET" in left
    left -= set(STATEMENTS.values()) if statement else set()
    left -= {kind for kind in left if declaration and kind.isalpha() and kind in _FORMS}
    left -= {"NAME", "STRING", "TSTRING", "INT", "FLOAT", "PERCENT", "DATE", "PIPE"}
    shown = {kind for kind in left if kind in spelling}
    words += sorted((f"`{spelling[kind]}`" for kind in shown), key=lambda w: (w[1].isalpha(), w))
    if operator:
        words.append("an operator")
    if statement:
        words.append("a statement")
    if declaration:
        words.append("a declaration")
    return words


def found(place: Place) -> str:
    """What stands there instead."""
    return described(place, place.token)


def described(place: Place, token: Token) -> str:
    """A token in a message."""
    text = place.source.text[token.start : token.end]
    match token.kind:
        case "$END" if place.following is not None:
            following = place.following
            return f"`{place.source.text[following.start : following.end]}` of the next declaration"
        case "$END":
            return "the end of the file"
        case "STRING" | "TSTRING":
            return "a text in quotes" if len(text) > 24 or "\n" in text else f"`{text}`"
        case _:
            return f"`{text}`" if len(text) <= 40 else f"`{text[:37]}...`"


def form(place: Place) -> tuple[str, ...]:
    """A note with the form of the statement that was begun last, if there is one."""
    for value in reversed(place.values):
        if isinstance(value, Token) and value.kind in _FORMS:
            kind = value.kind
            if kind == "TEMPLATE" and not place.brackets:
                return ('The form is `template name(a: type) = """..."""`.',)
            return (f"The form is `{_FORMS[kind]}`.",)
    return ()


def noticed(place: Place) -> Span:
    """Where the mistake is noticed: the token, or the next declaration's first."""
    token = place.token
    if token.kind == "$END" and place.following is not None:
        token = place.following
    return Span(place.source.file, token.start, token.end)
