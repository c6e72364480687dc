"""A fleet on paper: the grid as text, and the wave plan as Markdown."""
