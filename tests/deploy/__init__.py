"""The scripts of docs/deploy.md, run with the real tools."""
