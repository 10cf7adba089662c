"""Words of messages: their spellings, and the query that a search makes of what was typed."""
