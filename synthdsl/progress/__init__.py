"""How a run goes while it goes."""
