"""Where this tool lies: in a tree, in a release of an installation, or in what a removal keeps."""

from __future__ import annotations

from pathlib import Path

# `python3 ATUMCTL VERB` runs it; systemd's units, the scripts and other releases name this folder.
ATUMCTL = Path(__file__).resolve().parents[1]
INFRA = ATUMCTL.parent
TREE = INFRA.parent
