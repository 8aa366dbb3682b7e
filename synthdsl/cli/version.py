"""The version of the compiler, as it was installed."""

from __future__ import annotations


def version() -> str:
    """As in the package's metadata."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        return installed("synthdsl")
    except PackageNotFoundError:
        # A checkout that is on the path without having been installed.
        return "unknown"
