"""synthdsl: a small declarative language for synthetic datasets, and its compiler."""
