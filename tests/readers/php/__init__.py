"""Tests of the PHP reader: migration files read without running them."""
