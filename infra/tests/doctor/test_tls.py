"""The certificate that people get: asked for by our name, of several sites behind one port."""

from __future__ import annotations

import shutil
import socket
import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest
from whole_desk import WholeDesk

from atumctl.core import health
from atumctl.core.shell import run
from atumctl.core.site import Site
from atumctl.probes import tls
from atumctl.probes.measurement import Measurement
from atumctl.probes.triggers import TriggerFinding
from atumctl.steps.tls import certificate

OURS, ANOTHERS = "desk.example", "shop.example"
KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


@pytest.fixture
def site(still: WholeDesk) -> Site:
    """A server's site, with the file that names it to nginx and a certificate for that name."""
    site = replace(still.site, kind="server")
    site.nginx_site.parent.mkdir(parents=True)
    site.nginx_site.write_text(f"server {{\n    server_name {OURS};\n}}\n")
    site.tls.mkdir(parents=True)
    return site


@pytest.fixture
def port(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A server of two sites; who says no name gets the other one's certificate."""
    contexts = {}
    for name, days in ((OURS, 90), (ANOTHERS, 1)):
        pair = make_pair(tmp_path, name, days)
        contexts[name] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        contexts[name].load_cert_chain(*pair)
    shutil.copy(tmp_path / f"{OURS}.pem", certificate(site))

    def choose(connection: ssl.SSLSocket | ssl.SSLObject, name: str | None, _first: object) -> None:
        connection.context = contexts.get(name or ANOTHERS, contexts[ANOTHERS])

    contexts[ANOTHERS].set_servername_callback(choose)
    listener = socket.create_server(("127.0.0.1", 0))
    Thread(target=serve, args=(listener, contexts[ANOTHERS]), daemon=True).start()
    monkeypatch.setattr(tls, "PORT", listener.getsockname()[1])
    yield tls.PORT
    listener.close()


def test_our_certificate_is_judged_and_not_the_first_sites(site: Site, port: int) -> None:
    found = measured(site)
    assert (found.state, found.value) == ("ok", 90.0), found.evidence
    assert f"what port {port} shows for {OURS}: until" in found.evidence
    served = health.served_certificate(port, "", 20)
    assert "shop.example" in run(["openssl", "x509", "-noout", "-subject"], input=served).stdout


def test_a_renewed_file_that_nginx_has_not_read_is_told(site: Site, port: int, tmp_path: Path) -> None:
    shutil.copy(make_pair(tmp_path / "renewed", OURS, 90)[0], certificate(site))
    found = measured(site)
    assert found.state == "warn"
    assert "nginx shows another certificate than the file's" in found.evidence


def test_a_certificate_for_another_name_is_told(site: Site, port: int) -> None:
    site.nginx_site.write_text("server {\n    server_name help.example;\n}\n")
    found = measured(site)
    assert found.state == "fires", "the other site's, which ends tomorrow, is what people get"
    assert "it is not for help.example" in found.evidence


@pytest.mark.usefixtures("site")
def test_requests_say_the_name_as_well(port: int) -> None:
    with pytest.raises(OSError, match="no HTTP"):
        health.ask(port, "/", host=OURS, tls=True, timeout=20)


def measured(site: Site) -> TriggerFinding:
    [found] = tls.PROBES[0].measure(Measurement(site))
    return found


def make_pair(folder: Path, name: str, days: int) -> tuple[Path, Path]:
    folder.mkdir(exist_ok=True)
    files = (folder / f"{name}.pem", folder / f"{name}.key")
    out: list[str | Path] = ["-out", files[0], "-keyout", files[1], "-subj", f"/CN={name}"]
    names = ["-addext", f"subjectAltName=DNS:{name}"]
    run(["openssl", "req", "-x509", *KEY, *out, *names, "-days", str(days)])
    return files


def serve(listener: socket.socket, context: ssl.SSLContext) -> None:
    """Shake hands with whoever comes, say nothing that is HTTP, and hang up."""
    while True:
        try:
            plain, _address = listener.accept()
        except OSError:
            return
        try:
            with context.wrap_socket(plain, server_side=True) as connection:
                name = str(connection.context.cert_store_stats())
                connection.sendall(f"not HTTP {name}\r\n".encode())
        except OSError:
            plain.close()
