"""`python3 PREFIX/infra/atumctl VERB`: puts the package on the path and hands over."""

import sys
from pathlib import Path

# Run as a folder, the folder itself heads the path, where its modules could hide Python's own.
sys.path[0] = str(Path(__file__).resolve().parent.parent)
# Run by root in a tree it only reads, it must leave nothing behind there.
sys.dont_write_bytecode = True

from atumctl.cli import main  # noqa: E402  (the path comes first)

if __name__ == "__main__":
    sys.exit(main())
