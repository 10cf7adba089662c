"""The live service: tells open browsers what was committed, without content."""
