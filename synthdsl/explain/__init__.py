"""Pages for people: one for each diagnostic code, and the catalogue of everything that has a name in the language."""
