#!/usr/bin/env bash
# Brings back the state of a backup: restore.sh MANIFEST; see `restore.sh --help`.
set -euo pipefail
tree=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
exec python3 "$tree/infra/atumctl" restore --prefix "$tree" "$@"
