"""What a change of a spec means: for its contracts, its data, its calls. Compares plans, never texts."""
