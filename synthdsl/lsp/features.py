"""What the server answers: one function a request, which asks the other files of this room and turns offsets round."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from synthdsl.base.span import Source, Span
from synthdsl.lsp.positions import offset, position, range_of
from synthdsl.lsp.server import Server, path_of

PREVIEW = "synthdsl.preview"
"""The command behind 'preview rows'; the client runs `synthc preview FILE --dataset NAME` for it."""

_SYMBOLS = {
    "param": types.SymbolKind.Constant,
    "model": types.SymbolKind.Interface,
    "type": types.SymbolKind.Struct,
    "template": types.SymbolKind.String,
    "source": types.SymbolKind.File,
    "dataset": types.SymbolKind.Class,
    "recipe": types.SymbolKind.Function,
    "extern": types.SymbolKind.Function,
    "output": types.SymbolKind.File,
    "expect": types.SymbolKind.Event,
    "test": types.SymbolKind.Event,
    "rule": types.SymbolKind.Boolean,
    "llm": types.SymbolKind.Method,
    "chat": types.SymbolKind.Method,
    "iterate": types.SymbolKind.Method,
    "key": types.SymbolKind.Key,
}
_COMPLETIONS = {
    "column": types.CompletionItemKind.Field,
    "field": types.CompletionItemKind.Field,
    "local": types.CompletionItemKind.Variable,
    "function": types.CompletionItemKind.Function,
    "type": types.CompletionItemKind.Struct,
    "keyword": types.CompletionItemKind.Keyword,
    "declaration": types.CompletionItemKind.Constant,
    "module": types.CompletionItemKind.Module,
}


def opened(ls: Server, params: types.DidOpenTextDocumentParams) -> None:
    """A file is open: it is compiled, and its calls are counted."""
    ls.take(params.text_document.uri)
    ls.count_later(params.text_document.uri)


def changed(ls: Server, params: types.DidChangeTextDocumentParams) -> None:
    """A keystroke."""
    ls.take(params.text_document.uri)


def saved(ls: Server, params: types.DidSaveTextDocumentParams) -> None:
    """The calls of a saved file are counted anew."""
    ls.count_later(params.text_document.uri)


def closed(ls: Server, params: types.DidCloseTextDocumentParams) -> None:
    """Findings of a file that is not open are not shown."""
    uri = params.text_document.uri
    ls.documents.close(path_of(uri))
    ls.text_document_publish_diagnostics(types.PublishDiagnosticsParams(path_of(uri).as_uri(), []))


async def hover(ls: Server, params: types.HoverParams) -> types.Hover | None:
    """Type, documentation, a few values."""
    from synthdsl.lsp.hover import hover as told
    from synthdsl.lsp.samples import samples

    analysis, at = ls.place(params)
    # Rows are made for the values: the loop goes on meanwhile.
    found = await asyncio.to_thread(told, analysis, at, lambda dataset: samples(analysis, dataset))
    if found is None:
        return None
    text, span = found
    content = types.MarkupContent(types.MarkupKind.Markdown, text)
    return types.Hover(content, range_of(analysis.source, span, ls.encoding))


def completion(ls: Server, params: types.CompletionParams) -> list[types.CompletionItem]:
    """Names, fields, functions and words."""
    from synthdsl.lsp.completion import complete

    path = path_of(params.text_document.uri)
    source = Source(path.as_posix(), ls.documents.texts.get(path, ""))
    at = offset(source, params.position, ls.encoding)
    order = {"local": "0", "column": "0", "field": "0", "type": "0", "keyword": "1", "declaration": "1"}
    return [
        types.CompletionItem(
            label=s.name,
            kind=_COMPLETIONS[s.kind],
            detail=s.detail or None,
            documentation=types.MarkupContent(types.MarkupKind.Markdown, s.doc) if s.doc else None,
            sort_text=f"{order.get(s.kind, '2')}{s.name}",
        )
        for s in complete(path, source.text, at, ls.documents.texts)
    ]


def definition(ls: Server, params: types.DefinitionParams) -> types.Location | None:
    """Where a name is declared."""
    from synthdsl.lsp.naming import definition as declared

    analysis, at = ls.place(params)
    span = declared(analysis, at)
    return None if span is None else _location(ls, span, analysis.compiled.texts.get(span.file))


def references(ls: Server, params: types.ReferenceParams) -> list[types.Location]:
    """All places where a thing is named, in the whole project."""
    from synthdsl.lsp.naming import references as used

    analysis, at = ls.place(params)
    found = used(analysis, at, ls.documents.texts)
    return [
        _location(ls, o.span, analysis.compiled.texts.get(o.span.file))
        for o in found
        if params.context.include_declaration or not o.defines
    ]


def highlights(ls: Server, params: types.DocumentHighlightParams) -> list[types.DocumentHighlight]:
    """The same in this file alone."""
    from synthdsl.lsp.binding import Binder
    from synthdsl.lsp.naming import defined

    analysis, at = ls.place(params)
    binder = Binder(analysis)
    found = binder.at(analysis.file, at)
    if found is None:
        return []
    spans = {o.span: o.defines for o in binder.occurrences(analysis.file) if o.target == found.target}
    place = defined(binder, found.target)
    if place is not None and place.file == analysis.file:
        spans[place] = True
    kinds = {True: types.DocumentHighlightKind.Write, False: types.DocumentHighlightKind.Read}
    return [types.DocumentHighlight(range_of(analysis.source, s, ls.encoding), kinds[d]) for s, d in spans.items()]


def can_rename(ls: Server, params: types.PrepareRenameParams) -> types.Range:
    """The name to be changed; an error that says why where it cannot be."""
    from synthdsl.lsp.naming import CannotRenameError, renamable

    analysis, at = ls.place(params)
    try:
        return range_of(analysis.source, renamable(analysis, at).span, ls.encoding)
    except CannotRenameError as error:
        raise JsonRpcInvalidParams(str(error)) from error


def rename(ls: Server, params: types.RenameParams) -> types.WorkspaceEdit:
    """Another name everywhere, with `moved` where draws and answers go by it."""
    from synthdsl.lsp.naming import CannotRenameError
    from synthdsl.lsp.naming import rename as renamed

    analysis, at = ls.place(params)
    try:
        edits = renamed(analysis, at, params.new_name, ls.documents.texts)
    except CannotRenameError as error:
        raise JsonRpcInvalidParams(str(error)) from error
    changes: dict[str, list[types.TextEdit]] = {}
    for edit in edits:
        source = analysis.compiled.texts.get(edit.span.file)
        place = _location(ls, edit.span, source)
        changes.setdefault(place.uri, []).append(types.TextEdit(place.range, edit.text))
    return types.WorkspaceEdit(changes=changes)


def symbols(ls: Server, params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
    """The outline."""
    from synthdsl.lsp.outline import Entry, outline

    analysis = ls.documents.analysis(path_of(params.text_document.uri))

    def shown(entries: Iterable[Entry]) -> list[types.DocumentSymbol]:
        return [
            types.DocumentSymbol(
                name=e.name or e.kind,
                detail=e.kind,
                kind=_SYMBOLS.get(e.kind, types.SymbolKind.Field),
                range=range_of(analysis.source, e.span, ls.encoding),
                selection_range=range_of(analysis.source, e.named, ls.encoding),
                children=shown(e.inside) or None,
            )
            for e in entries
        ]

    return [] if analysis.module is None else shown(outline(analysis.module))


def formatting(ls: Server, params: types.DocumentFormattingParams) -> list[types.TextEdit]:
    """The one canonical layout; nothing where the text cannot be read."""
    from synthdsl.syntax.formatting import format_source

    path = path_of(params.text_document.uri)
    source = Source(path.as_posix(), ls.documents.texts.get(path, ""))
    new, _ = format_source(source)
    if new == source.text:
        return []
    whole = Span(source.file, 0, len(source.text))
    return [types.TextEdit(range_of(source, whole, ls.encoding), new)]


def actions(ls: Server, params: types.CodeActionParams) -> list[types.CodeAction]:
    """Quick fixes."""
    from synthdsl.lsp.findings import mends

    uri = params.text_document.uri
    analysis = ls.documents.analysis(path_of(uri))
    start = offset(analysis.source, params.range.start, ls.encoding)
    end = offset(analysis.source, params.range.end, ls.encoding)
    return mends(analysis, uri, start, end, ls.encoding, list(params.context.diagnostics))


def hints(ls: Server, params: types.InlayHintParams) -> list[types.InlayHint]:
    """Inferred types, and the calls of columns that models make."""
    from synthdsl.lsp.hints import call_hints, type_hints

    path = path_of(params.text_document.uri)
    analysis = ls.documents.analysis(path)
    found = [*type_hints(analysis), *call_hints(analysis, ls.documents.calls.get(path, {}))]
    shown = []
    for hint in found:
        place = position(analysis.source, hint.offset, ls.encoding)
        if params.range.start.line <= place.line <= params.range.end.line:
            kind = types.InlayHintKind.Type if hint.is_type else None
            shown.append(types.InlayHint(place, hint.text, kind))
    return shown


def lenses(ls: Server, params: types.CodeLensParams) -> list[types.CodeLens]:
    """'Preview rows' over each dataset."""
    from synthdsl.lsp.hints import lenses as shown

    path = path_of(params.text_document.uri)
    analysis = ls.documents.analysis(path)
    return [
        types.CodeLens(
            range_of(analysis.source, span, ls.encoding),
            types.Command("Preview rows", PREVIEW, arguments=[path.as_posix(), name]),
        )
        for span, name in shown(analysis)
    ]


def _location(ls: Server, span: Span, source: Source | None) -> types.Location:
    from synthdsl.lsp.analysis import place_of

    path = place_of(span.file).resolve()
    if source is None:
        source = Source(span.file, ls.documents.texts.get(path) or Path(path).read_text(encoding="utf-8"))
    return types.Location(path.as_uri(), range_of(source, span, ls.encoding))


FEATURES: tuple[tuple[str, Callable[..., Any], Any], ...] = (
    (types.TEXT_DOCUMENT_DID_OPEN, opened, None),
    (types.TEXT_DOCUMENT_DID_CHANGE, changed, None),
    (types.TEXT_DOCUMENT_DID_SAVE, saved, None),
    (types.TEXT_DOCUMENT_DID_CLOSE, closed, None),
    (types.TEXT_DOCUMENT_HOVER, hover, None),
    (types.TEXT_DOCUMENT_COMPLETION, completion, types.CompletionOptions(trigger_characters=[".", "{", "|", " "])),
    (types.TEXT_DOCUMENT_DEFINITION, definition, None),
    (types.TEXT_DOCUMENT_REFERENCES, references, None),
    (types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, highlights, None),
    (types.TEXT_DOCUMENT_PREPARE_RENAME, can_rename, None),
    (types.TEXT_DOCUMENT_RENAME, rename, types.RenameOptions(prepare_provider=True)),
    (types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, symbols, None),
    (types.TEXT_DOCUMENT_FORMATTING, formatting, None),
    (
        types.TEXT_DOCUMENT_CODE_ACTION,
        actions,
        types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix]),
    ),
    (types.TEXT_DOCUMENT_INLAY_HINT, hints, None),
    (types.TEXT_DOCUMENT_CODE_LENS, lenses, types.CodeLensOptions()),
)
"""All of them, by the method of the protocol."""
