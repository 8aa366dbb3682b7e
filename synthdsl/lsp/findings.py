"""Diagnostics and mends of the compiler in the words of the protocol."""

from __future__ import annotations

from lsprotocol import types

from synthdsl.base.codes import Severity
from synthdsl.base.diagnostic import Diagnostic, Edit
from synthdsl.base.span import Source
from synthdsl.lsp.analysis import Analysis, place_of
from synthdsl.lsp.positions import Encoding, range_of
from synthdsl.syntax import ast


def published(analysis: Analysis, encoding: Encoding) -> list[types.Diagnostic]:
    """All findings of a file; those of imported files stand at the import, with a way to their place."""
    return [_diagnostic(analysis, d, encoding) for d in analysis.diagnostics]


def _diagnostic(analysis: Analysis, found: Diagnostic, encoding: Encoding) -> types.Diagnostic:
    own = found.span.file == analysis.file
    message = "\n".join([found.message, *found.notes])
    related = [_related(analysis, label.message, label.span, encoding) for label in found.labels]
    if own:
        place = range_of(analysis.source, found.span, encoding)
    else:
        place = _import_of(analysis, found.span.file, encoding)
        if found.span.file in analysis.compiled.texts:
            related.insert(0, _related(analysis, found.message, found.span, encoding))
    return types.Diagnostic(
        range=place,
        message=message,
        severity=types.DiagnosticSeverity.Error
        if found.severity is Severity.ERROR
        else types.DiagnosticSeverity.Warning,
        code=found.code,
        source="synthc",
        related_information=[r for r in related if r is not None] or None,
        tags=[types.DiagnosticTag.Unnecessary] if found.name.startswith("unused") else None,
    )


def _related(
    analysis: Analysis, message: str, span: object, encoding: Encoding
) -> types.DiagnosticRelatedInformation | None:
    from synthdsl.base.span import Span

    assert isinstance(span, Span)
    source = analysis.compiled.texts.get(span.file)
    if source is None:
        return None
    uri = place_of(span.file).resolve().as_uri()
    return types.DiagnosticRelatedInformation(types.Location(uri, range_of(source, span, encoding)), message)


def _import_of(analysis: Analysis, file: str, encoding: Encoding) -> types.Range:
    """The import that a finding of another file comes by, else the first line."""
    from synthdsl.lsp.binding import Binder

    binder = Binder(analysis)
    for item in analysis.module.items if analysis.module is not None else ():
        if isinstance(item, ast.Import) and binder.file_of(analysis.file, item) == file:
            return range_of(analysis.source, item.module_span, encoding)
    return types.Range(types.Position(0, 0), types.Position(0, len(analysis.source.line(1))))


def mends(
    analysis: Analysis, uri: str, start: int, end: int, encoding: Encoding, shown: list[types.Diagnostic]
) -> list[types.CodeAction]:
    """Quick fixes of findings between two offsets."""
    found = []
    for diagnostic in analysis.diagnostics:
        if diagnostic.span.file != analysis.file or diagnostic.span.end < start or diagnostic.span.start > end:
            continue
        place = range_of(analysis.source, diagnostic.span, encoding)
        about = [d for d in shown if d.code == diagnostic.code and d.range == place]
        for fix in diagnostic.fixes:
            if any(e.span.file != analysis.file for e in fix.edits):
                continue
            edits = [text_edit(analysis.source, e, encoding) for e in fix.edits]
            found.append(
                types.CodeAction(
                    title=fix.message,
                    kind=types.CodeActionKind.QuickFix,
                    diagnostics=about or None,
                    is_preferred=fix.safe or None,
                    edit=types.WorkspaceEdit(changes={uri: edits}),
                )
            )
    return found


def text_edit(source: Source, edit: Edit, encoding: Encoding) -> types.TextEdit:
    """An edit of a source."""
    return types.TextEdit(range_of(source, edit.span, encoding), edit.text)
