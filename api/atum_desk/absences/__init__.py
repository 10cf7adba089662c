"""Absences of the staff: dates, a deputy, and what becomes of their tickets."""
