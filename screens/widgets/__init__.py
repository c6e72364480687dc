"""Widgets that turn lines into cells; they know neither the incident nor the app."""
