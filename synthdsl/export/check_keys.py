"""The keys of an output against its format: missing, unknown, conflicting, of the wrong type, perhaps null."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from synthdsl.base.diagnostic import Diagnostic, Edit, Fix, Label
from synthdsl.base.span import Span
from synthdsl.base.suggest import did_you_mean, nearest
from synthdsl.export.contract import Format, Key
from synthdsl.export.declaration import GivenKey
from synthdsl.export.shapes import SHAPES
from synthdsl.types.relations import is_nullable, is_text, without_null
from synthdsl.types.show import show
from synthdsl.types.terms import NullType, RecordType, UnknownType


def check_keys(form: Format, keys: Mapping[str, GivenKey], span: Span, row: RecordType) -> list[Diagnostic]:
    """E0702, E0703, E0704 and E0708 for the keys of one output.

    span: where missing keys are reported. row: the dataset's columns, for hints.
    """
    conflict = _conflict(form, keys)
    if conflict:
        return [conflict]
    wanted = _alternative(form, keys)
    found = _missing(form, wanted, keys, span, row)
    for name, given in keys.items():
        key = next((k for k in wanted if k.name == name), None)
        problem = _unknown(form, name, given, keys) if key is None else _wrong_type(form, key, given)
        if problem:
            found.append(problem)
    return found


def _alternative(form: Format, keys: Mapping[str, GivenKey]) -> tuple[Key, ...]:
    """The key set the output evidently means: the one that most of the written keys belong to, else the first."""
    return max(form.alternatives, key=lambda wanted: sum(k.name in keys for k in wanted))


def _conflict(form: Format, keys: Mapping[str, GivenKey]) -> Diagnostic | None:
    first: tuple[int, str] | None = None
    for name, given in keys.items():
        homes = [i for i, wanted in enumerate(form.alternatives) if any(k.name == name for k in wanted)]
        if len(homes) != 1:
            continue
        if first is None:
            first = homes[0], name
        elif homes[0] != first[0]:
            message = f"The format '{form.name}' takes either '{first[1]}' or '{name}', not both."
            label = Label(keys[first[1]].name_span, f"'{first[1]}' is written here")
            return Diagnostic("E0708", message, given.name_span, (_choices(form),), (label,))
    return None


def _missing(
    form: Format, wanted: Sequence[Key], keys: Mapping[str, GivenKey], span: Span, row: RecordType
) -> list[Diagnostic]:
    names = [k.name for k in wanted if k.required and k.name not in keys]
    # A misspelt key is one mistake: the unknown key says what was meant.
    names = [n for n in names if not any(nearest(u, [n]) for u in keys if form.key(u) is None and not form.extra)]
    if not names:
        if keys or not form.extra:
            return []
        return [Diagnostic("E0702", f"The format '{form.name}' needs at least one key.", span)]
    quoted = [f"'{n}'" for n in names]
    listed = quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"
    word = "key" if len(quoted) == 1 else "keys"
    notes = [_choices(form)] if len(form.alternatives) > 1 else []
    notes.extend(f"The column '{n}' is there: {n} = {n}" for n in names if row.field(n))
    return [Diagnostic("E0702", f"The format '{form.name}' needs the {word} {listed}.", span, tuple(notes))]


def _choices(form: Format) -> str:
    """The key sets of a format in words: `It takes system (optional), user and assistant; or messages.`"""
    sets = [", ".join(k.name if k.required else f"{k.name} (optional)" for k in keys) for keys in form.alternatives]
    return f"It takes {'; or '.join(sets)}."


def _unknown(form: Format, name: str, given: GivenKey, keys: Mapping[str, GivenKey]) -> Diagnostic | None:
    if form.extra and name not in form.reserved:
        problem = SHAPES["any"].problem(without_null(given.type))
        if problem is None:
            return None
        return Diagnostic("E0704", f"The key '{name}' needs a value.", given.value_span, (problem,))
    if name in form.reserved:
        main = next(k.name for k in form.alternatives[0])
        message = f"The key '{name}' beside '{main}' makes trainers take '{form.name}' for another format."
        labels = tuple(Label(keys[main].name_span, f"'{main}' is written here") for _ in [0] if main in keys)
        note = f"Another name, such as '{name}_', avoids it."
        return Diagnostic("E0708", message, given.name_span, (note,), labels)
    known = [k for k in form.key_names() if k not in keys]
    fixes = tuple(Fix(f"Write '{c}'.", (Edit(given.name_span, c),)) for c in nearest(name, known))
    notes = (*did_you_mean(name, known), _choices(form))
    return Diagnostic("E0703", f"The format '{form.name}' has no key '{name}'.", given.name_span, notes, fixes=fixes)


def _wrong_type(form: Format, key: Key, given: GivenKey) -> Diagnostic | None:
    type_ = given.type
    if isinstance(type_, UnknownType):
        return None
    shape = SHAPES[key.shape]
    problem = None if isinstance(type_, NullType) else shape.problem(without_null(type_))
    if isinstance(type_, NullType):
        problem = None if key.nullable else "It is always null."
    if problem:
        message = f"The key '{key.name}' of the format '{form.name}' needs {shape.words}."
        return Diagnostic("E0704", message, given.value_span, (problem,))
    if is_nullable(type_) and not key.nullable:
        message = f"The key '{key.name}' of the format '{form.name}' may not be null."
        notes = [f"It is {show(type_)}."]
        if is_text(without_null(type_)):
            notes.append('`coalesce(x, "")` gives a text in its place.')
        notes.append("`|> filter(x != null)` on the dataset keeps the rows that have one.")
        return Diagnostic("E0704", message, given.value_span, tuple(notes))
    return None
