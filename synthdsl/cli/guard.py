"""The one place where a command's failures become a message and an exit code. No traceback passes it.

`SYNTHC_TRACEBACK=1` shows where in the compiler a failure came up.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from typing import NoReturn

import click

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.base.span import NOWHERE
from synthdsl.cli import exits
from synthdsl.cli.findings_json import without_code
from synthdsl.cli.screen import Screen
from synthdsl.cli.style import write
from synthdsl.cli.text import escape

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class HungUpError(Exception):
    """Whoever read the output has gone."""


class TerminatedError(SystemExit):
    """The process was told to end; like KeyboardInterrupt it passes `except Exception`, and event loops let it out."""


def guarded(command: Callable[[Screen], object]) -> int:
    """Run a command; its exit code, whatever happens."""
    screen = Screen.of_process()
    try:
        result = command(screen)
        sys.stdout.flush()
    except BaseException as failure:
        if os.environ.get("SYNTHC_TRACEBACK", "") not in ("", "0") and not isinstance(failure, click.ClickException):
            import traceback

            traceback.print_exc()
        return _settled(failure, screen)
    return result if isinstance(result, int) else exits.FINE


def _settled(failure: BaseException, screen: Screen) -> int:
    """Say what happened, and give the exit code for it."""
    found = getattr(failure, "diagnostic", None)
    if isinstance(found, Diagnostic):
        return _told(found, screen)
    match failure:
        case click.exceptions.Exit():
            return failure.exit_code
        case click.ClickException():
            if screen.stops == "text":
                failure.show()
            else:
                screen.stop_with([without_code(failure.format_message())])
            return exits.USAGE
        case TerminatedError():
            return exits.TERMINATED
        case SystemExit():
            return failure.code if isinstance(failure.code, int) else exits.FINE
        case KeyboardInterrupt() | click.Abort():
            note = "Outputs are as they were before; nothing half-written was left."
            return _told(Diagnostic("E0808", "The command was interrupted.", NOWHERE, (note,)), screen)
        case HungUpError() | BrokenPipeError():
            _silence()
            return exits.UNREAD
        case MemoryError():
            return _failed("There is not enough memory.", "Fewer `--workers` need less of it.", screen)
        case RecursionError():
            reason = "Something in the spec is nested deeper than the compiler can follow."
            _failed(reason, "Names for the parts, as a `var` or a `template`, make it flatter.", screen)
            return exits.SHORT
        case OSError():
            return _told(_of_system(failure), screen)
        case _:
            what = f"{type(failure).__name__}: {failure}".rstrip(": ")
            note = "This is a mistake in synthc, not in the spec. SYNTHC_TRACEBACK=1 shows where it came up."
            return _failed(f"internal error: {what}", note, screen)


def _told(diagnostic: Diagnostic, screen: Screen) -> int:
    screen.stop([diagnostic])
    return exits.exit_code([diagnostic])


def _failed(message: str, note: str, screen: Screen) -> int:
    if screen.stops == "text":
        write(f"{screen.err.paint('error', 'red', 'bold')}: {escape(message)}\n  {note}", sys.stderr)
    else:
        screen.stop_with([without_code(message, note)])
    return exits.ENVIRONMENT


def _of_system(error: OSError) -> Diagnostic:
    """An operating system error that no stage has given a meaning."""
    reason = error.strerror or str(error)
    place = f"'{error.filename}'" if error.filename else "A file"
    if error.errno in _FULL:
        return Diagnostic("E0807", f"There is no room left on the disk: {reason}.", NOWHERE)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return Diagnostic("E0806", f"{place} cannot be written or read: {reason}.", NOWHERE)
    return Diagnostic("E0602", f"{place} cannot be used: {reason}.", NOWHERE)


def _silence() -> None:
    """Let the interpreter's last flush of a closed pipe go nowhere."""
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, sys.stdout.fileno())


def end_on_signal() -> None:
    """A request to end unwinds the run like Ctrl-C does, so that what is half-written is removed."""
    import signal

    def end(number: int, frame: object) -> NoReturn:
        raise TerminatedError

    signal.signal(signal.SIGTERM, end)
