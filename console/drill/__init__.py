"""Real incidents on a private server, to learn on and to test with.

Nothing is acted: a small program plays Flyway on a real server and is really killed, or really fails. `run.py` is the
way in, `scenes.py` says what happens, `kinds/` what differs between servers, `stage.py` holds all that must be gone
afterwards.
"""
