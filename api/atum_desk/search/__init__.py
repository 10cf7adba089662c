"""One search over tickets, contacts, organizations and attachments."""
