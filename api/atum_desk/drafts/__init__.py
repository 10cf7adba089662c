"""Replies and notes that are being written, kept on the server as they are typed."""
