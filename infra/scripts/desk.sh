#!/usr/bin/env bash
# Runs a verb of the application in the release in use, as the service user with its settings:
# desk.sh password ada@example.com
set -euo pipefail
tree=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
[[ ${tree%/*} != */releases ]] || tree=${tree%/releases/*}

[[ $EUID -eq 0 ]] || { echo "desk: run it as root" >&2; exit 2; }

# systemd reads the settings as it does for the services: a shell would run what it finds in them.
exec systemd-run --quiet --pipe --wait --collect --uid=atum-desk --gid=atum-desk \
  --property="EnvironmentFile=$tree/api/.env" --property="WorkingDirectory=$tree/current/api" \
  "$tree/current/api/.venv/bin/python" -m atum_desk.entry.cli "$@"
