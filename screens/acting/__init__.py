"""Where a responder acts: the dialog, and what it says. An observer's process never imports this package."""
