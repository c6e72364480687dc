"""The proof: pure cases by the hundreds, real servers for everything that claims something about a server."""
