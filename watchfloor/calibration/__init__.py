"""Fitting a scenario's true rates to what was found, and saying what the finds cannot tell."""
