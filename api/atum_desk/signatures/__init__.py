"""Signatures of replies: by person, mailbox, team and language."""
