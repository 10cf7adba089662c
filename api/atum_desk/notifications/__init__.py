"""What each person is told of: in the desk and by mail."""
