"""Verdicts against real servers: statements that really ran, or really failed."""
