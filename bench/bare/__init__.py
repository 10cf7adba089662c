"""The reference: what a bare application costs that does the same without ledger, policies and validation."""
