#!/usr/bin/env bash
# Installs ATUM DESK from the tree this file lies in; every word is passed on to atumctl install.
set -euo pipefail

tree=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
brought=()

[[ $EUID -eq 0 ]] || { echo "install: run it as root" >&2; exit 2; }

packages() { dpkg-query -W -f '${db:Status-Abbrev} ${binary:Package}\n' | sed -n 's/^i.* //p' | sort; }

# A blank machine has no Python, and atumctl is written in it.
bring_python() {
  command -v apt-get >/dev/null || { echo "install: install python3 first" >&2; exit 2; }
  local before
  before=$(packages)
  export DEBIAN_FRONTEND=noninteractive
  apt-get -q -o DPkg::Lock::Timeout=300 update >/dev/null
  apt-get -q -y -o DPkg::Lock::Timeout=300 install --no-install-recommends python3 >/dev/null
  mapfile -t brought < <(comm -13 <(echo "$before") <(packages))
}

command -v python3 >/dev/null || bring_python

code=0
python3 "$tree/infra/atumctl" install --prefix "$tree" "$@" || code=$?

# It failed and undid itself, or refused: Python, brought only for this, goes too.
if [[ $code -eq 1 || $code -eq 2 ]] && ((${#brought[@]})); then
  apt-get -q -y -o DPkg::Lock::Timeout=300 purge "${brought[@]}" >/dev/null
fi
exit "$code"
