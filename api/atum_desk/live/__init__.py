"""The live service: tells open browsers what was committed, and the staff how the ticket stands now."""
