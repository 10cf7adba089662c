#!/usr/bin/env bash
# Goes back to the previous release, or removes the installation; see `rollback.sh --help`.
set -euo pipefail
tree=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
exec python3 "$tree/infra/atumctl" rollback --prefix "$tree" "$@"
