"""What stands after an installation: the services' sandbox, and nginx before them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from machine import PREFIX, Machine

MAX_EXPOSURE = 2.0
SERVICES = ("atum-desk-api", "atum-desk-ws", "atum-desk-worker")


@pytest.fixture(scope="module")
def desk(inhabited: Machine, archive: Path) -> Iterator[Machine]:
    """The inhabited machine with ATUM DESK on it."""
    inhabited.lay(archive)
    inhabited.install("--host", "desk.example", "--admin-email", "ada@desk.example")
    yield inhabited
    inhabited.rollback("--drop-database", "--discard-data", "atum_desk", check=False)
    inhabited.sh("rm -rf /var/backups/atum-desk /data")


def curl(machine: Machine, path: str, *words: str) -> str:
    quoted = " ".join(words)
    return machine.sh(
        f"curl -sk --resolve desk.example:443:127.0.0.1 {quoted} 'https://desk.example{path}'",
        check=False,  # a connection that is upgraded ends by its time limit
    )


def headers(text: str) -> dict[str, str]:
    pairs = (line.split(": ", 1) for line in text.splitlines() if ": " in line)
    return {name.lower(): value.strip() for name, value in pairs}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_little_exposed_and_watched(desk: Machine, service: str) -> None:
    rated = desk.sh(f"systemd-analyze security --no-pager {service} | tail -1")
    found = re.search(r": ([0-9.]+) ", rated)
    assert found, rated
    assert float(found[1]) <= MAX_EXPOSURE
    shown = desk.sh(f"systemctl show {service} -p Type -p WatchdogUSec -p User -p MemoryMax")
    assert "Type=notify" in shown
    assert "User=atum-desk" in shown
    assert "WatchdogUSec=0" not in shown
    assert "MemoryMax=infinity" not in shown


@pytest.mark.parametrize("service", SERVICES)
def test_a_killed_service_comes_back(desk: Machine, service: str) -> None:
    before = desk.sh(f"systemctl show {service} -p MainPID --value").strip()
    desk.sh(f"kill -KILL {before}")
    desk.sh(
        f"timeout 60 bash -c 'until systemctl is-active -q {service} && "
        f"[ $(systemctl show {service} -p MainPID --value) != {before} ]; do sleep 0.2; done'"
    )


def test_the_policy_nginx_passes_on_is_the_applications_own(desk: Machine) -> None:
    through = headers(curl(desk, "/", "-I"))
    direct = headers(desk.sh("curl -sI -H 'Host: desk.example' http://127.0.0.1:8000/"))
    assert through["content-security-policy"] == direct["content-security-policy"]
    assert "wss://desk.example/ws/" in through["content-security-policy"]
    assert through["strict-transport-security"] == "max-age=31536000"
    assert "nginx/" not in through["server"]


def test_assets_are_kept_for_good_and_compressed(desk: Machine) -> None:
    page = curl(desk, "/")
    script = re.search(r'src="(/assets/[^"]+\.js)"', page)
    assert script
    found = headers(curl(desk, script[1], "-I", "-H", "'Accept-Encoding: gzip'"))
    assert "immutable" in found["cache-control"]
    assert found["content-encoding"] == "gzip"
    assert found["content-type"] == "text/javascript; charset=utf-8"
    brotli = headers(curl(desk, script[1], "-I", "-H", "'Accept-Encoding: gzip, br'"))
    assert brotli["content-encoding"] == "br"
    plain = headers(curl(desk, script[1], "-I", "-H", "'Accept-Encoding: identity'"))
    assert "content-encoding" not in plain
    assert found["x-content-type-options"] == "nosniff"
    assert "strict-transport-security" in found
    missing = curl(desk, "/assets/no-such.js", "-o", "/dev/null", "-w", "'%{http_code}'")
    assert missing == "404"


def test_plain_http_is_sent_to_tls(desk: Machine) -> None:
    answer = headers(desk.sh("curl -sI -H 'Host: desk.example' http://127.0.0.1/tickets?x=1"))
    assert answer["location"] == "https://desk.example/tickets?x=1"


def test_old_tls_is_refused(desk: Machine) -> None:
    refused = desk.sh("curl -sk --tls-max 1.1 https://127.0.0.1/ ; echo $?")
    assert refused.strip() != "0"
    for version in ("1.2", "1.3"):
        assert (
            desk.sh(f"curl -sk --tlsv{version} --tls-max {version} -o /dev/null https://127.0.0.1/; echo $?").strip()
            == "0"
        )


def test_the_body_limit_is_the_applications(desk: Machine) -> None:
    limit = 26_214_400 + 1_000_000
    desk.sh(f"head -c {limit + 1} /dev/zero > /tmp/large; head -c 2000000 /dev/zero > /tmp/fine")
    code = ("-o", "/dev/null", "-w", "'%{http_code}'", "-F")
    assert curl(desk, "/api/v1/attachments", *code, "file=@/tmp/large") == "413"
    assert curl(desk, "/api/v1/attachments", *code, "file=@/tmp/fine") == "401"


def test_a_client_cannot_claim_another_address(desk: Machine) -> None:
    body = '\'{"email": "ada@desk.example", "password": "wrong wrong"}\''
    words = ("-X", "POST", "-H", "'Content-Type: application/json'", "-d", body)
    codes = [
        curl(
            desk,
            "/api/v1/session",
            *words,
            "-H",
            f"'X-Forwarded-For: 198.51.100.{n}'",
            "-o",
            "/dev/null",
            "-w",
            "'%{http_code}'",
        )
        for n in range(14)
    ]
    # The application counts by the network that nginx saw: five attempts a minute, ten in fifteen minutes.
    assert codes[0] == "401"
    assert codes[-1] == "429"
    counters = desk.sh("redis-cli --scan --pattern 'atum:limits*'")
    assert "127.0.0.0/24" in counters
    assert "198.51.100" not in counters


def test_sign_ins_meet_an_outer_ring(desk: Machine) -> None:
    script = """for i in $(seq 80); do curl -sk -o /dev/null -w '%{http_code}\\n' -X POST \
        --resolve desk.example:443:127.0.0.1 https://desk.example/api/v1/portal/session & done; wait"""
    assert "429" in desk.sh(script)


def test_live_updates_pass_with_their_prefix(desk: Machine) -> None:
    upgrade = (
        "-i",
        "--http1.1",
        "--max-time",
        "3",
        "-H",
        "'Connection: Upgrade'",
        "-H",
        "'Upgrade: websocket'",
        "-H",
        "'Sec-WebSocket-Version: 13'",
        "-H",
        "'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=='",
        "-H",
        "'Origin: https://desk.example'",
    )
    through = curl(desk, "/ws/", *upgrade).splitlines()[0]
    direct = desk.sh(
        "curl -s -i --http1.1 --max-time 3 -H 'Host: desk.example' "
        + " ".join(upgrade[4:])
        + " http://127.0.0.1:8001/ws/",
        check=False,
    ).splitlines()[0]
    assert through == direct
    assert "101" in through


def test_the_other_site_answers_as_before(desk: Machine) -> None:
    assert desk.sh("curl -s http://127.0.0.1:8080/").strip() == "shop"
    assert desk.path("/etc/nginx/sites-enabled/default").is_symlink()


def test_the_settings_are_the_services_alone(desk: Machine) -> None:
    shown = desk.sh(f"stat -c '%a %U %n' '{PREFIX}/api/.env' '{PREFIX}/api/owner.env'")
    modes = [line.split()[:2] for line in shown.splitlines()]
    assert modes == [["600", "atum-desk"], ["600", "root"]]
    mighty = desk.sh(
        'runuser -u postgres -- psql -Atc "select count(*) from pg_roles where rolname like '
        "'atum_desk_%' and (rolsuper or rolbypassrls)\""
    )
    assert mighty.strip() == "0"


def test_a_plan_is_told_and_nothing_done(desk: Machine) -> None:
    told = desk.atumctl("install", "--dry-run", "--json").output
    assert json.JSONDecoder().raw_decode(told[told.index("{\n") :])[0]["changed"] == []
