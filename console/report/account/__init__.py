"""The account of an incident, from its journal: for who was not there, and for who has to answer for it.

The journal's entries become a `Story` (story.py), the story becomes blocks (page.py), the blocks become Markdown or
HTML. The notes for one reader each (notes.py) are made from the same story.
"""
