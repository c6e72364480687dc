"""The console for who listens: it prints and asks, and draws nothing. Loads no Textual, and nothing that writes."""
