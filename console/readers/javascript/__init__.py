"""JavaScript and TypeScript files of migration tools, read and never run: no node is needed."""
