"""Background work: the queue, its schedules, and what failed for good."""
