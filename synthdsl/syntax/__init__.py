"""Text and its meaning as written: the lossless tree, abstract syntax, recovery, the formatter."""

from synthdsl.syntax.parsing import MAX_SOURCE, parse

__all__ = ["MAX_SOURCE", "parse"]
