"""Typed answers: the schema of a column's type, what a reply says as a value, and how a model is asked again."""
