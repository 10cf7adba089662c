#!/usr/bin/env bash
# Goes back to the previous release, or removes the installation; see `rollback.sh --help`.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname -- "${BASH_SOURCE[0]}")/tool.sh"
exec python3 "$tool" rollback --prefix "$tree" "$@"
