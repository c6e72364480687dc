"""What is on disk and is not SQL: configuration, folders, archives, and (later) migrations written in code.

Readers know files, not tools: a framework tells them which names it wants and gets values back. They import only the
core and not each other.
"""
