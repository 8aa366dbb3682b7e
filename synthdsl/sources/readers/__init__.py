"""The readers of sources, one a file; `sources/table.py` lists them."""
