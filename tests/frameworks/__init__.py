"""Tests of the frameworks: real project folders, real ledger rows."""
