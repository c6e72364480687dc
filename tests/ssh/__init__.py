"""`--ssh HOST` by a real sshd: the way there, its names, its end, and what is said when it breaks."""
