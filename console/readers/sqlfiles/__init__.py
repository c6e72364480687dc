"""Migrations that are SQL files: what the tools that run such files share, and nothing that one of them does alone."""
