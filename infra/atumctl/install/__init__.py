"""Installations, and the certificate that nginx serves."""
