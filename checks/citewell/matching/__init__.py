"""Is the work that a registry describes the one that a reference cites? Pure functions."""
