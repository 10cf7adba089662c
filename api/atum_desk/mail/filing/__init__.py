"""Files a received mail: who it is by, which ticket it belongs to, what becomes of it."""
