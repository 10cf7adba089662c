"""Time that was worked on tickets: entries, activities, timers and totals."""
