"""Jinja's complaints about the syntax of a template, said for people and at the place they are about."""

from __future__ import annotations

import re

from synthdsl.base.suggest import did_you_mean, nearest

TAGS = ("if", "elif", "else", "endif", "for", "endfor", "set", "raw", "endraw")
"""The tags that templates may use."""

REFUSED_TAGS = {
    "macro": "Declare it at top level: `template name(x: str) = ...`.",
    "endmacro": "Declare it at top level: `template name(x: str) = ...`.",
    "call": "Call a template with `{{ name(x) }}`.",
    "include": "Import the file that declares the template, then call it with `{{ name(x) }}`.",
    "import": "Imports stand at the top of the file.",
    "from": "Imports stand at the top of the file.",
    "extends": "A template that others fill in is one with parameters: `template name(body: str) = ...`.",
    "block": "A template that others fill in is one with parameters: `template name(body: str) = ...`.",
    "endblock": "A template that others fill in is one with parameters: `template name(body: str) = ...`.",
    "with": "`{% set name = value %}` names a value.",
    "endwith": "`{% set name = value %}` names a value.",
    "filter": "Filters apply to values: `{{ x | upper }}`.",
    "autoescape": "Nothing is escaped; `{{ x | escape }}` writes HTML.",
    "do": "A template cannot change values.",
    "break": "`{% for x in xs if condition %}` leaves items out.",
    "continue": "`{% for x in xs if condition %}` leaves items out.",
    "trans": "There are no translations.",
    "print": "Write `{{ x }}`.",
    "debug": "`synthc trace` shows a row's values.",
}
"""Tags that Jinja (or an extension) has and templates may not use, with what to do instead."""


class BadTemplate(Exception):  # noqa: N818 (a finding)
    """A template that cannot be read: a code, a sentence, the characters it is about, notes."""

    def __init__(self, code: str, message: str, start: int, end: int, notes: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.start = start
        self.end = end
        self.notes = notes


_TOKENS = {
    "end of print statement": "'}}'",
    "end of statement block": "'%}'",
    "begin of statement block": "'{%'",
    "begin of print statement": "'{{'",
    "name": "a name",
    "string": "a string",
    "integer": "a number",
    "float": "a number",
    "template data / text": "text",
    "end of template": "the end of the template",
}


def _token(described: str) -> str:
    return _TOKENS.get(described, f"'{described}'")


def reworded(message: str, at: int, text: str, open_tags: list[tuple[str, int]], ends: dict[int, int]) -> BadTemplate:
    """The finding for a complaint of Jinja's parser at an offset.

    open_tags: name and offset of the tags being read, outermost first. ends: of each token, by its start.
    """
    end = ends.get(at, at + 1)
    if message.startswith("Encountered unknown tag"):
        return _unknown_tag(message.split("'")[1], at, open_tags[:-1])
    if message.startswith("Unexpected end of template"):
        return _unclosed(open_tags, at)
    if message.startswith("unexpected end of template") or "'end of template'" in message:
        return _cut_short(text, at)
    found = re.match(r"expected token '(.+)', got '(.+)'$", message, re.S)
    if found:
        expected, got = _token(found[1]), _token(found[2])
        return _unexpected(got, at, end, f"{expected[0].upper()}{expected[1:]} was to come here.")
    found = re.match(r"(?:unexpected|Expected an expression, got) '(.+)'$", message, re.S)
    if found:
        return _unexpected(_token(found[1]), at, end, "A value was to come here.")
    if message.startswith("can't assign to"):
        return BadTemplate("E0401", f"'{text[at:end]}' cannot be set.", at, end)
    known = {
        "tag name expected": "A tag begins with its name, as in `{% if x %}`.",
        "expected name or number": "A dot is followed by the name of a field.",
        "You cannot chain multiple tests with is": "Tests cannot follow one another; join them with `and`.",
        "invalid syntax for function call expression": "These arguments cannot be read: named ones come last.",
    }
    return BadTemplate("E0401", known.get(message, f"This cannot be read: {message.rstrip('.')}."), at, end)


def _unexpected(got: str, at: int, end: int, note: str) -> BadTemplate:
    if got == "'='":
        return BadTemplate("E0401", "'=' sets a variable; '==' asks whether values are equal.", at, end)
    if got == "'&&'":
        return BadTemplate("E0401", "'&&' is written 'and'.", at, end)
    return BadTemplate("E0401", f"{got[0].upper()}{got[1:]} stands where it has no meaning.", at, end, (note,))


def _unknown_tag(name: str, at: int, open_tags: list[tuple[str, int]]) -> BadTemplate:
    end = at + len(name)
    if name in REFUSED_TAGS:
        return BadTemplate("E0402", f"A template cannot use '{name}'.", at, end, (REFUSED_TAGS[name],))
    if name in TAGS:
        if not open_tags:
            return BadTemplate("E0401", f"'{name}' closes nothing: no block is open.", at, end)
        tag = open_tags[-1][0]
        message = f"'{name}' does not belong to '{tag}', which is open here."
        return BadTemplate("E0401", message, at, end, (f"`{{% end{tag} %}}` closes it.",))
    close = nearest(name, TAGS)
    notes = did_you_mean(name, TAGS) if close else (f"The tags are {', '.join(TAGS)}.",)
    return BadTemplate("E0401", f"There is no tag '{name}'.", at, end, notes)


def _unclosed(open_tags: list[tuple[str, int]], at: int) -> BadTemplate:
    if not open_tags:
        return BadTemplate("E0401", "The template ends too early.", at, at)
    name, start = open_tags[-1]
    if name in REFUSED_TAGS:
        return _unknown_tag(name, start, open_tags)
    return BadTemplate("E0401", f"This '{name}' is not closed by '{{% end{name} %}}'.", start, start + len(name))


def _cut_short(text: str, at: int) -> BadTemplate:
    """The text ends within `{{ ... ` or `{% ...`."""
    opened = max(text.rfind("{{", 0, at + 2), text.rfind("{%", 0, at + 2))
    closing = "}}" if text.startswith("{{", opened) else "%}"
    if opened < 0:
        return BadTemplate("E0401", "The template ends too early.", at, at)
    return BadTemplate("E0401", f"This '{text[opened : opened + 2]}' is not closed by '{closing}'.", opened, opened + 2)
