"""The language server: a thin protocol layer over questions put to the compiled spec."""
