"""What goes wrong when starting, said in one sentence."""


class LaunchError(Exception):
    """Starting is not possible; the message says why and what to do, without a traceback."""
