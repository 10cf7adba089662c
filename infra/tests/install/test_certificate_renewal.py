"""A certificate is checked as a browser checks it, laid once it is usable, and followed when renewed."""

from __future__ import annotations

import contextlib
import os
import socket
import ssl
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption
from tls_pairs import make_pair, pem_of

from atumctl.core import health, releases
from atumctl.core.output import CommandRefused, Failed
from atumctl.core.shell import ShellError
from atumctl.core.site import Site
from atumctl.install import certificate_renewal
from atumctl.steps import files, nginx, tls
from atumctl.steps.certificate_check import is_for, problem_with
from atumctl.steps.changes import Changes
from atumctl.steps.inverses import INVERSES

ME = files._name_of(os.geteuid())
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="files of root are laid")


class Server:
    """Stands in for nginx: shows the pair it has read, and reads the laid one when told."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self.reloads = 0
        self.refuses = False
        self.read()
        threading.Thread(target=self._serve, daemon=True).start()

    def read(self) -> None:
        """Read the current pair."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tls.certificate(self._site), tls.key(self._site))
        self._context = context

    def test_and_reload(self) -> None:
        """Do what `nginx -t` and a reload do."""
        if self.refuses:
            raise ShellError(["nginx", "-t"], "it is wrong")
        self.reloads += 1
        self.read()

    def close(self) -> None:
        """Stop listening."""
        self._listening.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            with contextlib.suppress(OSError), connection:
                connection.settimeout(20)
                self._context.wrap_socket(connection, server_side=True).close()


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A site on a machine of its own, reached as desk.example."""
    site = Site(tmp_path / "atum desk", root=tmp_path / "machine")
    site.api.mkdir(parents=True)
    site.lock_file.parent.mkdir(parents=True)
    site.env_file.write_text('ATUM_URL="https://desk.example"\nATUM_OPS_TLS="given"\n')
    return site


@pytest.fixture
def given(site: Site, tmp_path: Path) -> tls.Pair:
    """A pair in use, and where it is renewed."""
    pair = make_pair(tmp_path / "live")
    lay(site, pair)
    return pair


@pytest.fixture
def server(site: Site, given: tls.Pair, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server that has read what is laid."""
    server = Server(site)
    monkeypatch.setattr(health, "HTTPS_PORT", server.port)
    monkeypatch.setattr(health, "READY_SECONDS", 20.0)
    monkeypatch.setattr(nginx, "test_and_reload", server.test_and_reload)
    monkeypatch.setitem(INVERSES, "reload_nginx", lambda inverse: None)
    yield server
    server.close()


def lay(site: Site, pair: tls.Pair | None = None, host: str = "desk.example") -> list[str]:
    changes = Changes(site, "install")
    wanted = tls.wanted_files(site, host, pair, None, self_signed=pair is None)
    tls.write_pair(changes, wanted)
    return [path.name for path in wanted]


def test_a_good_pair_passes_and_names_its_hosts(tmp_path: Path) -> None:
    pair = make_pair(tmp_path / "a", "*.desk.example")
    assert problem_with(*pair) == ""
    assert is_for(*pair, "help.desk.example")
    assert not is_for(*pair, "desk.example")
    assert not is_for(*pair, "192.0.2.7")


def test_each_fault_of_a_pair_is_told(tmp_path: Path) -> None:
    one, other = make_pair(tmp_path / "a"), make_pair(tmp_path / "b")
    assert problem_with(one[0], other[1]) == f"{other[1]} is not the key of {one[0]}"
    assert "cannot be read" in problem_with(tmp_path / "none.pem", one[1])
    words = tmp_path / "words.pem"
    words.write_text("no certificate")
    assert "PEM" in problem_with(words, one[1])
    expired = make_pair(tmp_path / "c", days=-1)
    assert "has expired" in problem_with(*expired)
    locked = tmp_path / "locked.pem"
    key = ec.generate_private_key(ec.SECP256R1())
    locked.write_bytes(pem_of(key, BestAvailableEncryption(b"x")))
    assert "passphrase" in problem_with(one[0], locked)


@needs_root
def test_a_given_pair_is_laid_once_and_another_replaces_it(site: Site, given: tls.Pair, tmp_path: Path) -> None:
    assert lay(site, given) == []
    assert tls.source(site) == given
    assert tls.key(site).stat().st_mode & 0o777 == 0o600
    assert lay(site, make_pair(tmp_path / "new")) == ["certificate.pem", "key.pem", "source.json"]
    with pytest.raises(CommandRefused, match="is not the key"):
        lay(site, (given[0], tmp_path / "new/privkey.pem"))


@needs_root
def test_a_self_signed_pair_stays_until_the_host_is_another(site: Site) -> None:
    assert lay(site) == ["certificate.pem", "key.pem"]
    assert lay(site) == []
    assert lay(site, host="other.example") == ["certificate.pem", "key.pem"]
    assert is_for(tls.certificate(site), tls.key(site), "other.example")
    assert lay(site, host="192.0.2.7") == ["certificate.pem", "key.pem"]


@needs_root
def test_a_later_installation_lays_what_was_renewed_and_keeps_what_went(site: Site, given: tls.Pair) -> None:
    make_pair(given[0].parent)
    wanted = partial(tls.wanted_files, site, "desk.example", None, None, self_signed=False)
    assert [path.name for path in wanted()] == ["certificate.pem", "key.pem"]
    given[0].unlink()
    assert wanted() == {}


@needs_root
def test_what_a_rollback_kept_is_laid_with_where_it_comes_from(site: Site, given: tls.Pair, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    site.tls.rename(kept)
    wanted = tls.wanted_files(site, "desk.example", None, kept, self_signed=False)
    assert {p.name: mode for p, (_, mode) in wanted.items()} == {
        "certificate.pem": 0o644,
        "key.pem": 0o600,
        "source.json": 0o600,
    }
    tls.write_pair(Changes(site, "install"), wanted)
    assert tls.source(site) == given


@needs_root
def test_nothing_is_read_anew_while_nothing_is_renewed(site: Site, server: Server) -> None:
    assert certificate_renewal.follow(site) == []
    assert server.reloads == 0


@needs_root
def test_a_pair_renewed_where_it_comes_from_is_served(site: Site, server: Server, given: tls.Pair) -> None:
    make_pair(given[0].parent)
    assert certificate_renewal.follow(site)
    assert health.serves(given[0], "desk.example")
    assert certificate_renewal.follow(site) == []
    assert server.reloads == 1


@needs_root
def test_one_replaced_by_hand_is_served_as_well(site: Site, server: Server, tmp_path: Path) -> None:
    (site.tls / tls.SOURCE).unlink()
    made = make_pair(tmp_path / "by hand")
    tls.certificate(site).write_bytes(made[0].read_bytes())
    with pytest.raises(Failed, match="is not the key"):
        certificate_renewal.follow(site)
    tls.key(site).write_bytes(made[1].read_bytes())
    assert certificate_renewal.follow(site)
    assert health.serves(made[0], "desk.example")


@needs_root
def test_a_renewal_that_is_not_finished_waits(site: Site, server: Server, given: tls.Pair, tmp_path: Path) -> None:
    served = tls.certificate(site).read_bytes()
    given[0].write_bytes(make_pair(tmp_path / "new")[0].read_bytes())
    with pytest.raises(Failed, match="is not the key"):
        certificate_renewal.follow(site)
    assert tls.certificate(site).read_bytes() == served
    assert server.reloads == 0


@needs_root
def test_an_original_that_was_taken_away_is_no_fault_and_half_of_it_is(
    site: Site, server: Server, given: tls.Pair
) -> None:
    given[1].unlink()
    with pytest.raises(Failed, match="cannot be read"):
        certificate_renewal.follow(site)
    given[0].unlink()
    assert certificate_renewal.follow(site) == []


@needs_root
def test_while_another_verb_is_at_work_it_is_left_to_the_next_run(site: Site, server: Server, given: tls.Pair) -> None:
    make_pair(given[0].parent)
    with releases.altering(site):
        assert certificate_renewal.follow(site) == []
    assert server.reloads == 0
    assert certificate_renewal.follow(site)


@needs_root
def test_what_nginx_refuses_is_put_back(site: Site, server: Server, given: tls.Pair) -> None:
    served = tls.certificate(site).read_bytes()
    make_pair(given[0].parent)
    server.refuses = True
    with pytest.raises(Failed, match="All changes are undone"):
        certificate_renewal.follow(site)
    assert tls.certificate(site).read_bytes() == served
