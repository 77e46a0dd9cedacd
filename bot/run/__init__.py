"""What keeps it running for years: the daemon, its roles, and what follows from a visit."""
