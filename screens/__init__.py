"""The console's screens: they render frozen values and post wishes; they hold no SQL, no verdicts, no driver."""
