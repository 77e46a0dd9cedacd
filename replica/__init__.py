"""A replica of three county news sites on loopback, for the demo and for the tests."""
