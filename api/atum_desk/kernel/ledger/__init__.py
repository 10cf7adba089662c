"""The ledger as it is followed: its tail, its consumers, and what wakes them."""
