"""`synthc completion`: the script by which a shell completes `synthc` after Tab."""

from __future__ import annotations

import click

from synthdsl.cli.style import write

SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the completion script for SHELL.

    \b
    bash:  synthc completion bash > ~/.local/share/bash-completion/completions/synthc
    zsh:   synthc completion zsh > a folder of $fpath, as _synthc
    fish:  synthc completion fish > ~/.config/fish/completions/synthc.fish
    """
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    assert found is not None, "click knows these shells"
    program = ctx.find_root().command
    write(found(program, {}, "synthc", "_SYNTHC_COMPLETE").source())
