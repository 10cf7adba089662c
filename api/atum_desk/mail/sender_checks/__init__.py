"""Checks of a mail's sender: authentication results, DNS, S/MIME, spam and virus filters."""
