"""Recovery files, run by the tools that they are written for."""
