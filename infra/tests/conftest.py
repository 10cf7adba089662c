"""Tests of atumctl that need no systemd; those that do are in machine/ and run by `--machine`."""

import os
import sys
from pathlib import Path

# What several of these tests need lies beside them.
sys.path.append(str(Path(__file__).parent))

collect_ignore = [] if os.environ.get("ATUM_MACHINE_TESTS") else ["machine"]
