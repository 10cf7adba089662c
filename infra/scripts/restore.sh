#!/usr/bin/env bash
# Brings back the state of a backup: restore.sh MANIFEST; see `restore.sh --help`.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname -- "${BASH_SOURCE[0]}")/tool.sh"
exec python3 "$tool" restore --prefix "$tree" "$@"
