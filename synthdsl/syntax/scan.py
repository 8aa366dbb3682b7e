"""From characters to tokens.

In: a text, or a part of it. Out: tokens, documentation comments, diagnostics. Whatever stands there, something
comes out that a parser can go on with: a string without an end is a string, a wrong number is a number.
A word that may be a keyword carries the keyword's kind; `words.py` decides by its place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.base.span import Source
from synthdsl.syntax import lexical
from synthdsl.syntax.docs import split_docs
from synthdsl.syntax.tables import Tables
from synthdsl.syntax.tree import Token

_PATTERN = re.compile(
    rf"""(?:[ \t\n]++|\r\n|\#[^\n]*+|{lexical.INVISIBLE})*+
    (?:
      (?P<BLOCK>[rt]?\"\"\"(?:[^"\\]++|\\.|"(?!""))*+(?P<block_end>\"\"\")?)
    | (?P<PLAIN>[rt]?"(?:[^"\\\n]++|\\[^\n])*+(?P<plain_end>")?)
    | (?P<WORD>[^\W\d]\w*+)
    | (?P<DATE>[0-9]{{4}}-[0-9][0-9]-[0-9][0-9](?!\w))
    | (?P<BAD_DATE>[0-9]{{4}}-[0-9][0-9]-[0-9][0-9]T[\w:.+]*+|[12][0-9]{{3}}-[0-9][0-9]?-[0-9][0-9]?(?!\w))
    | (?P<NUMBER>[0-9]++(?:_[0-9]++)*+(?:\.[0-9]++(?:_[0-9]++)*+)?+(?:[eE][+-]?[0-9]++)?+%?+(?!\w))
    | (?P<BAD_NUMBER>[0-9]\w*+(?:\.[0-9]\w*+)?+%?+)
    | (?P<ALIEN>{lexical.ALIEN})
    | (?P<MARK>\|>|->|=>|==|!=|<=|>=|\.\.\.|\.\.|[=:,.()\[\]{{}}|?<>+\-*/])
    | (?P<WRONG>.)
    )?""",
    re.VERBOSE | re.DOTALL,
)


MAX_FINDINGS = 100
"""So many mistakes of single tokens are reported; the others are passed over."""


@dataclass(slots=True)
class Scan:
    """The tokens of a text. docs: by the start of a token, the `##` text before it.

    broken: starts of tokens that were reported. unterminated: where a block begins that never ends, so that
    nothing after it can be trusted.
    """

    tokens: list[Token] = field(default_factory=list)
    docs: dict[int, str] = field(default_factory=dict)
    module_doc: str = ""
    diagnostics: list[Diagnostic] = field(default_factory=list)
    broken: set[int] = field(default_factory=set)
    unterminated: int | None = None


def scan(source: Source, tables: Tables, start: int = 0, end: int | None = None) -> Scan:
    """The tokens of the characters `start` to `end` of a source."""
    text = source.text
    end = len(text) if end is None else end
    found = Scan()
    add = found.tokens.append
    keyword = tables.keywords.get
    symbols = tables.symbols
    match = _PATTERN.match
    at = start
    while hit := match(text, at, end):
        group = hit.lastgroup
        if group is None:
            begin = stop = end
        else:
            begin, stop = hit.span(group)
        if begin - at >= 2 and text.find("##", at, begin) >= 0:
            _document(found, text, at, begin, group is None)
        if group is None:
            break
        if group == "WORD":
            add(Token(keyword(text[begin:stop], "NAME"), begin, stop))
        elif group == "MARK":
            add(Token(symbols[text[begin:stop]], begin, stop))
        elif (group == "PLAIN" and hit["plain_end"]) or (group == "BLOCK" and hit["block_end"]):
            add(Token("TSTRING" if text[begin] == "t" else "STRING", begin, stop))
        elif group == "NUMBER" and text[begin] in "123456789" and stop - begin < 19 and text[begin:stop].isdigit():
            add(Token("INT", begin, stop))
        else:
            stop = _unusual(found, source, group, begin, stop)
        at = stop
    found.diagnostics += lexical.hidden_characters(source, start, end, found.tokens)
    return found


def _document(found: Scan, text: str, at: int, begin: int, last: bool) -> None:
    tokens = found.tokens
    opening = at == 0 or (len(tokens) == 2 and tokens[0].kind == "SYNTH")
    module_doc, doc = split_docs(text[at:begin], at == 0, opening and not found.module_doc, last)
    if module_doc:
        found.module_doc = module_doc
    if doc:
        found.docs[begin] = doc


def _unusual(found: Scan, source: Source, group: str, begin: int, stop: int) -> int:
    """Numbers and dates, and everything that is wrong; gives where scanning goes on."""
    match group:
        case "NUMBER" | "BAD_NUMBER":
            lexeme = lexical.number(source, begin, stop)
        case "DATE" | "BAD_DATE":
            lexeme = lexical.date(source, begin, stop)
        case "PLAIN":
            lexeme = lexical.unterminated_string(source, begin, stop)
        case "BLOCK":
            lexeme = lexical.unterminated_block(source, begin, stop)
            found.unterminated = begin
        case "ALIEN":
            lexeme = lexical.alien(source, begin, stop)
        case _:
            lexeme = lexical.wrong_character(source, begin)
    if lexeme.kind:
        found.tokens.append(Token(lexeme.kind, begin, lexeme.stop))
    if lexeme.diagnostic is not None:
        if len(found.diagnostics) < MAX_FINDINGS:
            found.diagnostics.append(lexeme.diagnostic)
        found.broken.add(begin)
    return lexeme.stop
