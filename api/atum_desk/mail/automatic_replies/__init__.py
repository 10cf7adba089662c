"""What a mailbox answers to a new request by itself: the confirmation's text, by language and hours."""
