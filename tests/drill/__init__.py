"""Drills are incidents: what they claim is asked of their own server, and what they leave must be nothing."""
