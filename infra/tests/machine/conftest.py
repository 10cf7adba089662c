"""Machines for tests: a blank one, and one where other services live already."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from machine import Machine

# Another site, another database and another application's keys; nothing of it may change.
INHABITED = """
set -e
export DEBIAN_FRONTEND=noninteractive
apt-get -q update
apt-get -q -y install --no-install-recommends python3 python3-venv postgresql redis-server nginx
runuser -u postgres -- psql -qc 'create role shop login password $$shop$$'
runuser -u postgres -- psql -qc 'create database shop owner shop'
runuser -u postgres -- psql -qd shop -c 'create table goods as select generate_series(1, 100) as id'
redis-cli set shop:1 one
redis-cli set atumx:1 "begins like ours and is not"
cat > /etc/nginx/sites-available/shop <<'SITE'
server { listen 8080; server_name shop.example; return 200 "shop\\n"; }
SITE
ln -s /etc/nginx/sites-available/shop /etc/nginx/sites-enabled/shop
nginx -t -q
systemctl reload nginx
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if reason := os.environ.get("ATUM_NO_MACHINE"):
        for item in items:
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def archive() -> Path:
    """The release archive under test, built by `./atum test --machine`."""
    return Path(os.environ["ATUM_RELEASE"])


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A machine with nothing on it, not even Python."""
    machine = Machine(tmp_path_factory.mktemp("machines") / "blank")
    try:
        machine.create()
        yield machine
    finally:
        machine.destroy()


@pytest.fixture(scope="session")
def inhabited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A machine on which a shop lives; every test leaves it as it was."""
    machine = Machine(tmp_path_factory.mktemp("machines") / "inhabited")
    try:
        machine.create()
        machine.sh(INHABITED)
        yield machine
    finally:
        machine.destroy()
