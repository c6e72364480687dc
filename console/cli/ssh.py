"""`--ssh HOST`: the option of every command that connects. The tunnel itself is console/tunnel.py's."""

from __future__ import annotations

import click

SSH = click.option("--ssh", metavar="HOST", help="Connect through this host: a tunnel of the system's own ssh.")
