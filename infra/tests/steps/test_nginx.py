"""The rendered nginx site, for each way of being reached."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from atum_desk.http.middleware import ALWAYS
from atumctl.core.output import CommandRefused
from atumctl.core.site import Site
from atumctl.steps.nginx import SiteOptions, check_proxies, render_site


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A site on a machine of its own, in a folder with a space."""
    machine = tmp_path / "machine"
    (machine / "etc/nginx/sites-enabled").mkdir(parents=True)
    return Site(tmp_path / "ATUM DESK/atum-desk", root=machine)


def enable(site: Site, name: str, text: str) -> None:
    (site.nginx / "sites-enabled" / name).write_text(text)


def test_paths_with_a_space_are_quoted(site: Site) -> None:
    assert f'root "{site.current}/web/dist";' in render_site(site, SiteOptions("desk.example"))


def test_what_nginx_answers_itself_keeps_other_sites_out_as_the_application_does(site: Site) -> None:
    text = render_site(site, SiteOptions("desk.example"))
    assets = text.partition("location /assets/ {")[2]
    said = {name.decode(): value.decode() for name, value in ALWAYS}
    for name in (
        "cross-origin-opener-policy",
        "cross-origin-resource-policy",
        "referrer-policy",
        "x-content-type-options",
        "x-frame-options",
    ):
        # Once for each location: nginx inherits none into a location that adds one.
        assert len(re.findall(rf"add_header (?i:{name}) {said[name]} always;", assets)) == 3, name


def test_tls_redirects_and_promises_to_stay(site: Site) -> None:
    text = render_site(site, SiteOptions("desk.example"))
    assert "return 308 https://$host$request_uri;" in text
    assert text.count("Strict-Transport-Security") == 4
    assert "ssl_protocols TLSv1.2 TLSv1.3;" in text


def test_without_tls_nothing_is_promised(site: Site) -> None:
    text = render_site(site, SiteOptions("desk.example", tls=False))
    assert "ssl" not in text
    assert "Strict-Transport-Security" not in text
    assert "return 308" not in text
    assert "listen 80 default_server;" in text


def test_an_address_claimed_by_another_site_is_left_to_it(site: Site) -> None:
    enable(site, "default", "server { listen 80 default_server; listen [::]:80 default_server; }")
    text = render_site(site, SiteOptions("desk.example"))
    assert "listen 80;" in text
    assert "listen 80 default_server" not in text
    assert "listen 443 ssl default_server" in text


def test_real_addresses_come_from_trusted_proxies_only(site: Site) -> None:
    assert "set_real_ip_from" not in render_site(site, SiteOptions("desk.example"))
    behind = render_site(site, SiteOptions("desk.example", tls=False, proxies=["10.0.0.0/8"]))
    assert "set_real_ip_from 10.0.0.0/8;" in behind
    assert "X-Forwarded-For $remote_addr;" in behind
    assert "X-Forwarded-Proto $atum_desk_scheme;" in behind


def test_the_body_limit_follows_the_applications_setting(site: Site) -> None:
    site.api.mkdir(parents=True)
    site.env_file.write_text("ATUM_UPLOAD_MAX_BYTES=5000000\n")
    assert "client_max_body_size 6000000;" in render_site(site, SiteOptions("desk.example"))


def test_what_is_no_network_is_refused() -> None:
    check_proxies(["10.0.0.0/8", "192.0.2.7"])
    with pytest.raises(CommandRefused, match=r"proxy\.example"):
        check_proxies(["proxy.example"])
