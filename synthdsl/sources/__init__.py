"""Sources: real rows from files, databases and hubs.

In: how a source is read (`SourceCall`) and the project's folder. Out: at compile time the type of a row and what is
wrong (`describe`), the content's digest (`digest`), at run time a stored table (`load`).
One reader a file under `readers/`, listed in `table.py`. This room does IO; the compiler gets it handed in.
"""
