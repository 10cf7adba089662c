"""Tests of atumctl that need no systemd; those that do are in machine/ and run by `--machine`."""

import os

collect_ignore = [] if os.environ.get("ATUM_MACHINE_TESTS") else ["machine"]
