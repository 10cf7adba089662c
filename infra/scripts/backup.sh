#!/usr/bin/env bash
# Backs up database, uploads and settings; see `backup.sh --help`.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname -- "${BASH_SOURCE[0]}")/tool.sh"
exec python3 "$tool" backup --prefix "$tree" "$@"
