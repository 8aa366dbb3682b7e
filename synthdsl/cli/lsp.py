"""`synthc lsp`: the language server, over standard input and output."""

from __future__ import annotations

import click

from synthdsl.cli import exits


@click.command()
@click.option("--stdio", is_flag=True, help="Speak over standard input and output (the only way there is).")
def lsp(stdio: bool) -> int:
    """Serve an editor: findings as one types, hover, completion, names, outline, layout.

    It runs no code of the spec, asks no model and reads no environment variable. Editors start it.
    """
    from importlib.util import find_spec

    if find_spec("pygls") is None:
        click.echo("error: The language server needs the package pygls: pip install 'synthdsl[lsp]'.", err=True)
        return exits.ENVIRONMENT
    from synthdsl.cli.version import version
    from synthdsl.lsp.server import serve

    serve(version())
    return exits.FINE
