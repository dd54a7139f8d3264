"""Outcomes written down: one module a format, each a pure function of the outcome."""
