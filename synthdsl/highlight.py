"""The lexer of `.synth` for Pygments, found by its entry point: documentation, notebooks, terminals.

It knows nothing of the compiler. A word is a keyword by its place: at the beginning of a line, or behind what ends an
operand, and never before `= : . , )`. Tests hold it to the compiler's own scanner over all shipped specs.
"""

from __future__ import annotations

from typing import Any, ClassVar

from pygments.lexer import RegexLexer, bygroups, include
from pygments.token import Comment, Keyword, Literal, Name, Number, Operator, Punctuation, String, Text, Whitespace

DECLARATIONS = "synth|import|param|model|type|template|source|extern|dataset|expect|output|evaluate|test|recipe|moved"
STATEMENTS = "var|template|llm|rule|violate|iterate|chat|stop|next|give|given|reply|assert"
CLAUSES = (
    "accepted|against|as|batch|best|by|complete|each|for|from|grow|keep|levels|of|per|repair|retry|times|turns|when"
    "|within"
)
_NO_NAME = r"(?![ \t\n]*(?:=(?![=>])|[:.,)]))"
"""A name is what stands before one of these."""


class SynthLexer(RegexLexer):  # type: ignore[misc]  # Pygments ships no types.
    """Highlights `.synth`, Jinja inside its texts included."""

    name = "synth"
    aliases: ClassVar[list[str]] = ["synth"]
    filenames: ClassVar[list[str]] = ["*.synth"]
    url = ""

    tokens: ClassVar[dict[str, list[Any]]] = {
        "root": [
            (r"[\r\n]+", Whitespace),
            (r"##[^\n]*", String.Doc),
            (r"#[^\n]*", Comment.Single),
            (r"^(synth)([ \t]+)([0-9]+)", bygroups(Keyword.Declaration, Whitespace, Number.Integer)),
            (rf"(?:^|(?<=\n))(?:{DECLARATIONS})\b{_NO_NAME}", Keyword.Declaration),
            (rf"^([ \t]+)({STATEMENTS})\b{_NO_NAME}", bygroups(Whitespace, Keyword.Declaration)),
            (rf"(?<=[{{}}])([ \t]+)({STATEMENTS})\b{_NO_NAME}", bygroups(Whitespace, Keyword.Declaration)),
            (r"^([ \t]+)(complete|system|user|assistant)(?=[ \t]+[rt]?\")", bygroups(Whitespace, Keyword.Pseudo)),
            (rf"^([ \t]+)({CLAUSES})\b{_NO_NAME}(?=[ \t]+[\w\"(\[{{])", bygroups(Whitespace, Keyword)),
            (rf"(?<=[\w)\]}}\"%?])([ \t]+)({CLAUSES})\b{_NO_NAME}", bygroups(Whitespace, Keyword)),
            (r"[ \t]+", Whitespace),
            include("values"),
        ],
        "values": [
            (r"[rt]?\"\"\"", String, "block"),
            (r"[rt]?\"", String, "string"),
            (r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?!\w)", Literal.Date),
            (r"[0-9][0-9_]*\.[0-9][0-9_]*(?:[eE][+-]?[0-9]+)?%?", Number.Float),
            (r"[0-9][0-9_]*(?:[eE][+-]?[0-9]+)?%?", Number.Integer),
            (r"(?:and|or|not|in|implies)\b", Operator.Word),
            (r"(?:if|else|match)\b", Keyword),
            (r"(?:true|false|null)\b", Keyword.Constant),
            (
                r"(?:str|int|float|bool|date|timestamp|list|messages|dataset|column|model)\b(?=[ \t]*[?\[(,|)}\n=])",
                Keyword.Type,
            ),
            (r"[A-Z]\w*", Name.Class),
            (r"[^\W\d]\w*(?=\()", Name.Function),
            (r"[^\W\d]\w*", Name),
            (r"\|>|->|=>|==|!=|<=|>=|\.\.\.|\.\.|[=<>+\-*/?|]", Operator),
            (r"[:,.()\[\]{}]", Punctuation),
        ],
        "block": [
            (r'"""', String, "#pop"),
            include("jinja"),
            (r"\\.", String.Escape),
            (r'[^"\\{]+', String),
            (r'["{]', String),
        ],
        "string": [
            (r'"', String, "#pop"),
            include("jinja"),
            (r"\\.", String.Escape),
            (r'[^"\\{\n]+', String),
            (r"\{", String),
            (r"\n", Whitespace, "#pop"),
        ],
        "jinja": [
            (r"\{#.*?#\}", Comment.Preproc),
            (r"\{\{[-+]?", Comment.Preproc, "expression"),
            (r"\{%[-+]?", Comment.Preproc, "expression"),
        ],
        "expression": [
            (r"[-+]?(?:\}\}|%\})", Comment.Preproc, "#pop"),
            (r"[ \t\r\n]+", Whitespace),
            (r"(?:for|in|if|elif|else|endif|endfor|endset|set|is|not|and|or|raw|endraw|recursive)\b", Keyword),
            (r"(?:true|false|none|True|False|None)\b", Keyword.Constant),
            (r"'(?:[^'\\]|\\.)*'", String.Single),
            (r'"(?:[^"\\\n]|\\.)*"', String.Double),
            (r"[0-9][0-9_.]*", Number),
            (r"[^\W\d]\w*(?=\()", Name.Function),
            (r"[^\W\d]\w*", Name.Variable),
            (r"\"\"\"", String, "#pop:2"),
            (r"[|~=!<>+\-*/%&^]+", Operator),
            (r"[:,.()\[\]{}]", Punctuation),
            (r".", Text),
        ],
    }
