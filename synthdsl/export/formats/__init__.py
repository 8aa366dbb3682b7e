"""The output formats, one a file, each with one `FORMAT`; `export/table.py` lists them."""
