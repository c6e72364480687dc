"""Tests of the readers: real files, real archives, real git."""
