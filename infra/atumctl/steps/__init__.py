"""The kinds of steps that alter a machine, each with its inverse."""
