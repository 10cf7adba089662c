"""Takes mail in: SMTP, LMTP and mail handed over whole, within limits."""
