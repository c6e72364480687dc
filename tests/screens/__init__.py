"""Tests of the screens: pure lines, messages, pictures, and a real pty."""
