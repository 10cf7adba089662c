#!/usr/bin/env bash
# Upgrades to the release named; every word is passed on to atumctl upgrade. The tool of the release
# in use does it, not the new one's: what must bring the desk back is not what is being tried.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR
. "$(dirname -- "${BASH_SOURCE[0]}")/tool.sh"

[[ $EUID -eq 0 ]] || { echo "upgrade: run it as root" >&2; exit 2; }

exec python3 "$tool" upgrade "$@"
