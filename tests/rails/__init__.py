"""Rails as Debian packs it, run on real servers."""
