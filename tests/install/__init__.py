"""The files that a person carries to a machine without network: halfway.pyz and the one with a Python of its own."""
