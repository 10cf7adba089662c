"""ATUM DESK's server."""

import sys

# Some libraries bring what a console needs along where they find it, a hundred modules in each of our processes, which
# write lines of JSON. They do without when it cannot be imported; httpx's command line is nothing of ours.
for _name in ("rich", "httpx._main"):
    sys.modules.setdefault(_name, None)  # type: ignore[arg-type]
