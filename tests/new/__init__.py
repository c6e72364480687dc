"""Skeletons of what one may add to Halfway: a framework, a server, each with the tests it is held to.

`python -m tests.new framework NAME` in a clone writes one that knows nothing yet and says so everywhere; its tests fail
where something is to be written, and name it. docs/contributing.md goes on from there.
"""
