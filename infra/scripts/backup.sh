#!/usr/bin/env bash
# Backs up database, uploads and settings; see `backup.sh --help`.
set -euo pipefail
tree=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
exec python3 "$tree/infra/atumctl" backup --prefix "$tree" "$@"
