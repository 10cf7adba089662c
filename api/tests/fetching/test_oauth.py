"""Signing in at a provider: consent in the browser, tokens renewed in time, real XOAUTH2 at Dovecot."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from dovecot import USER, Dovecot, mail
from fetching_desk import FetchingDesk
from provider import CLIENT_ID, CLIENT_SECRET, FakeProvider

from atum_desk.fetching import fetcher
from desk import Client, Desk
from waiting import until

OAUTH_CONFIGURATION = """
auth_mechanisms = $auth_mechanisms xoauth2
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {root}/oauth2.conf
}}
"""


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    provider = FakeProvider(USER)
    yield provider
    provider.close()


@pytest.fixture
def oauth_dovecot(dovecot_program: None, provider: FakeProvider) -> Iterator[Dovecot]:
    """A server that asks the provider whose a token is, as Google's and Microsoft's do."""
    server = Dovecot()
    (server.root / "oauth2.conf").write_text(
        f"tokeninfo_url = {provider.url}/tokeninfo?access_token=\nusername_attribute = email\n"
    )
    with (server.root / "dovecot.conf").open("a") as file:
        file.write(OAUTH_CONFIGURATION.format(root=server.root))
    server.start()
    yield server
    server.remove()


def receiving(server: Dovecot, provider: FakeProvider) -> dict[str, Any]:
    return {
        "host": "127.0.0.1",
        "port": server.port,
        "security": "none",
        "username": USER,
        "sign_in": "oauth2",
        "authorize_url": f"{provider.url}/authorize",
        "token_url": f"{provider.url}/token",
        "scope": "mail",
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
    }


async def agree(client: Client, mailbox_id: int) -> dict[str, str]:
    """Go to the provider as a browser does; return what comes back with it."""
    begun = await client.posted(f"/mailboxes/{mailbox_id}/receiving/consent")
    async with httpx.AsyncClient(trust_env=False) as browser:
        answer = await browser.get(begun["url"])
    back = urlsplit(answer.headers["location"])
    assert back.path == "/desk/settings/mailboxes/consent"
    return {name: given[0] for name, given in parse_qs(back.query).items()}


async def test_consent_lets_mail_be_fetched_and_tokens_are_renewed(
    desk: Desk,
    oauth_dovecot: Dovecot,
    provider: FakeProvider,
    fetching_desk: FetchingDesk,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Consent begins fetching anew; a try of its own in the middle of it would renew the token, too.
    monkeypatch.setattr(fetcher, "SIGN_IN_BACK_OFF_SECONDS", 600)
    client = await desk.administrator()
    place = f"/mailboxes/{fetching_desk.mailbox_id}/receiving"
    saved = (await client.put(place, json=receiving(oauth_dovecot, provider))).json()
    assert (saved["has_client_secret"], saved["consented_at"]) == (True, None)
    fetching_desk.start()
    await fetching_desk.until("select words like 'Nobody has agreed%' from fetch_states")
    back = await agree(client, fetching_desk.mailbox_id)
    oauth_dovecot.deliver(mail(1))
    answer = await client.post("/mailboxes/consents", json=back)
    assert answer.json() == {"mailbox_id": fetching_desk.mailbox_id}
    assert await fetching_desk.kept(1) == [mail(1)]
    assert provider.refreshed == 1
    # The provider replaced the token; a restart lives on the new one.
    await fetching_desk.stop()
    oauth_dovecot.deliver(mail(2))
    fetching_desk.start()
    assert await fetching_desk.kept(2) == [mail(1), mail(2)]
    everything = str(await fetching_desk.rows("select row_to_json(r)::text from row_changes r"))
    everything += str(await fetching_desk.rows("select row_to_json(s)::text from fetch_states s"))
    everything += str(await fetching_desk.log())
    assert not any(t in everything for t in provider.refresh_tokens | provider.access_tokens)
    assert CLIENT_SECRET not in everything
    assert (await client.got(place))["settings"]["consented_at"] is not None


async def test_a_token_that_replaced_another_is_kept_though_fetching_is_stopped_meanwhile(
    desk: Desk, oauth_dovecot: Dovecot, provider: FakeProvider, fetching_desk: FetchingDesk
) -> None:
    """The provider takes the old one back as it gives the new one."""
    client = await desk.administrator()
    place = f"/mailboxes/{fetching_desk.mailbox_id}/receiving"
    await client.put(place, json=receiving(oauth_dovecot, provider))
    await client.post("/mailboxes/consents", json=await agree(client, fetching_desk.mailbox_id))
    provider.asked.clear()
    provider.answers.clear()
    fetching_desk.start()
    await until(provider.asked.is_set)
    stopped = asyncio.create_task(fetching_desk.stop())
    # It has been told to stop before the provider answers.
    for _ in range(5):
        await asyncio.sleep(0)
    provider.answers.set()
    await stopped
    oauth_dovecot.deliver(mail(1))
    fetching_desk.start()
    assert await fetching_desk.kept(1) == [mail(1)]


async def test_a_way_back_counts_once_and_for_the_person_who_began_it(
    desk: Desk, oauth_dovecot: Dovecot, provider: FakeProvider, fetching_desk: FetchingDesk
) -> None:
    client, other = await desk.administrator(), await desk.administrator()
    place = f"/mailboxes/{fetching_desk.mailbox_id}/receiving"
    await client.put(place, json=receiving(oauth_dovecot, provider))
    back = await agree(client, fetching_desk.mailbox_id)
    for caller, given, code in (
        (other, back, "consent_over"),
        (client, back | {"state": "x" * 43}, "consent_over"),
        (client, back, None),
        (client, back, "consent_over"),
    ):
        answer = await caller.post("/mailboxes/consents", json=given)
        assert answer.json().get("code") == code
    # Too late is over, too.
    back = await agree(client, fetching_desk.mailbox_id)
    async with desk.database.marking(desk.given.system) as transaction:
        await transaction.execute("update oauth_consents set expires_at = now() - interval '1 second'")
    assert (await client.post("/mailboxes/consents", json=back)).json()["code"] == "consent_over"


async def test_access_that_was_taken_back_is_said_in_the_providers_words(
    desk: Desk, oauth_dovecot: Dovecot, provider: FakeProvider, fetching_desk: FetchingDesk
) -> None:
    client = await desk.administrator()
    place = f"/mailboxes/{fetching_desk.mailbox_id}/receiving"
    await client.put(place, json=receiving(oauth_dovecot, provider))
    await client.post("/mailboxes/consents", json=await agree(client, fetching_desk.mailbox_id))
    provider.refresh_tokens.clear()
    fetching_desk.start()
    await fetching_desk.until("select state = 'failed' from fetch_states")
    words = (await fetching_desk.state())["words"]
    assert words == "The provider 127.0.0.1 gives no access: invalid_grant Token has been revoked."
    test = await client.post(
        "/mailboxes/receiving-tests", json=receiving(oauth_dovecot, provider) | {"mailbox_id": fetching_desk.mailbox_id}
    )
    assert test.json()["ok"] is False
    provider.refuse = "temporarily_unavailable"
    back = await agree(client, fetching_desk.mailbox_id)
    refused = (await client.post("/mailboxes/consents", json=back)).json()
    assert refused["code"] == "provider_refused"
    assert "temporarily_unavailable" in refused["detail"]


async def test_a_secret_is_sent_nowhere_but_where_it_was_given_for(
    desk: Desk, oauth_dovecot: Dovecot, provider: FakeProvider, fetching_desk: FetchingDesk
) -> None:
    client = await desk.administrator()
    place = f"/mailboxes/{fetching_desk.mailbox_id}/receiving"
    given = receiving(oauth_dovecot, provider)
    await client.put(place, json=given)
    await client.post("/mailboxes/consents", json=await agree(client, fetching_desk.mailbox_id))
    thief = FakeProvider(USER)
    thief.token = lambda form: thief.codes.update(stolen=form) or (400, {"error": "no"})  # type: ignore[method-assign]
    try:
        elsewhere = given | {"token_url": f"{thief.url}/token"}
        del elsewhere["client_secret"]
        test = elsewhere | {"mailbox_id": fetching_desk.mailbox_id}
        assert (await client.post("/mailboxes/receiving-tests", json=test)).json()["ok"] is False
        assert (await client.put(place, json=elsewhere)).status_code == 422
        assert thief.codes == {}
    finally:
        thief.close()
