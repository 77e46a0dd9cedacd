"""One page from the network: politely, guarded, decoded."""
