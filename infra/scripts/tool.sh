# Read by the scripts beside it: `tree` is the install root, `tool` the tool of the release in use.
# What a later release has written, only its own tool knows. shellcheck shell=bash disable=SC2034
tree=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
[[ ${tree%/*} != */releases ]] || tree=${tree%/releases/*}
tool=$tree/infra/atumctl
[[ ! -d $tree/current/infra/atumctl ]] || tool=$tree/current/infra/atumctl
