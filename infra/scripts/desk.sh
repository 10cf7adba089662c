#!/usr/bin/env bash
# Runs a verb of the application in the release in use, as the service user with its settings:
# desk.sh password ada@example.com
set -euo pipefail
tree=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
set -a
# shellcheck disable=SC1091
. "$tree/api/.env"
set +a
cd -- "$tree/current/api"
exec runuser -u atum-desk -- .venv/bin/python -m atum_desk.entry.cli "$@"
