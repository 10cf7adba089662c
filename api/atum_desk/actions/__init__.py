"""What can be done to a ticket, as a list of typed actions: one vocabulary for macros and bulk changes (ADR 0055)."""
