"""The workspace's logo: uploaded by administrators, made harmless, seen by everybody, taken back."""

from __future__ import annotations

import asyncio
import hashlib
import io
from typing import Any

import httpx
import pytest
from images import animated, image, noise, png_of
from PIL import Image

from desk import Client, Desk

LOGO = "/workspace/logo"


@pytest.fixture
async def admin(desk: Desk) -> Client:
    return await desk.administrator()


async def put(client: Client, content: bytes, name: str = "logo.png", **headers: str) -> httpx.Response:
    return await client.put(LOGO, files={"file": (name, content, "image/png")}, headers=headers)


async def logo_set(client: Client, content: bytes) -> dict[str, Any]:
    answer = await put(client, content)
    assert answer.status_code == 200, answer.text
    return answer.json()["logo"]


def path_of(logo: dict[str, Any]) -> str:
    return logo["url"].removeprefix("/api/v1")


async def test_a_logo_is_seen_by_staff_and_strangers_and_taken_back(desk: Desk, admin: Client) -> None:
    stranger = desk.client()
    assert (await stranger.got("/portal"))["logo"] is None
    answer = await put(admin, image())
    logo = answer.json()["logo"]
    assert (logo["width"], logo["height"]) == (320, 90)
    assert (await admin.got("/me"))["workspace"]["logo"] == logo
    assert (await stranger.got("/portal"))["logo"] == logo
    shown = await stranger.get(path_of(logo))
    assert Image.open(io.BytesIO(shown.content)).size == (320, 90)
    await admin.posted(f"/changes/{answer.headers['x-change-id']}/undo", status=200)
    assert (await stranger.got("/portal"))["logo"] is None
    # A page that is open still shows it.
    assert (await stranger.get(path_of(logo))).status_code == 200


async def test_another_administrator_takes_a_change_of_the_logo_back_and_again(desk: Desk, admin: Client) -> None:
    first = await logo_set(admin, image())
    answer = await put(admin, image(size=(100, 100)))
    other = await desk.administrator()
    undone = await other.posted(f"/changes/{answer.headers['x-change-id']}/undo", status=200)
    assert (await other.got("/workspace"))["logo"] == first
    await other.posted(f"/changes/{undone['change_id']}/undo", status=200)
    assert (await other.got("/workspace"))["logo"] == answer.json()["logo"]


async def test_a_logo_is_removed_and_the_removal_is_in_the_history(desk: Desk, admin: Client) -> None:
    await logo_set(admin, image())
    answer = await admin.delete(LOGO)
    assert answer.json()["logo"] is None
    commands = [one["command"] for one in (await admin.got("/changes"))["items"]]
    assert commands.count("workspace.logo") == 2
    assert "x-change-id" not in (await admin.delete(LOGO)).headers
    await admin.posted(f"/changes/{answer.headers['x-change-id']}/undo", status=200)
    assert (await admin.got("/workspace"))["logo"]


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
async def test_each_kind_of_image_becomes_a_small_webp(desk: Desk, admin: Client, form: str) -> None:
    mode = "RGB" if form == "JPEG" else "RGBA"
    logo = await logo_set(admin, image(form, (3000, 1000), mode))
    assert (logo["width"], logo["height"]) == (360, 120)
    made = (await desk.client().get(path_of(logo))).content
    assert (made[:4], made[8:12]) == (b"RIFF", b"WEBP")
    assert len(made) <= 5_500


async def test_what_nothing_compresses_still_becomes_small(desk: Desk, admin: Client) -> None:
    logo = await logo_set(admin, noise((900, 700)))
    assert len((await desk.client().get(path_of(logo))).content) <= 5_500


async def test_transparency_stays_and_metadata_does_not(desk: Desk, admin: Client) -> None:
    exif = Image.Exif()
    exif[0x010E] = "secret description"
    exif[0x0112] = 6  # turned by a quarter
    raw = image("JPEG", (300, 100), "RGB", exif=exif, comment=b"secret comment")
    assert b"secret" in raw
    logo = await logo_set(admin, raw)
    assert logo["height"] > logo["width"]
    assert b"secret" not in (await desk.client().get(path_of(logo))).content
    clear = io.BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(clear, "PNG")
    logo = await logo_set(admin, clear.getvalue())
    made = Image.open(io.BytesIO((await desk.client().get(path_of(logo))).content))
    assert made.convert("RGBA").getchannel("A").getpixel((20, 20)) == 0


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no PNG"),
        (b"GIF89a" + bytes(40), "no PNG"),
        (b"", "no PNG"),
        (image()[:-60], "damaged"),
        (animated(), "animated"),
        (png_of(5000, 5000), "pixels"),
        (png_of(9000, 10), "pixels"),
    ],
)
async def test_what_is_no_logo_is_refused_with_the_reason_and_leaves_nothing(
    desk: Desk, admin: Client, content: bytes, why: str
) -> None:
    answer = await put(admin, content)
    assert (answer.status_code, answer.json()["code"]) == (422, "logo_refused")
    assert why in answer.json()["detail"]
    assert await desk.value("select count(*) from workspace_logos") == 0


async def test_an_image_at_the_limit_of_pixels_is_decoded_within_the_limits_of_the_child(
    desk: Desk, admin: Client
) -> None:
    logo = await logo_set(admin, png_of(4000, 4000))
    assert (logo["width"], logo["height"]) == (120, 120)


async def test_too_many_bytes_are_refused_as_they_come(desk: Desk, admin: Client) -> None:
    answer = await put(admin, bytes(2_000_001))
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def test_it_is_served_as_one_type_for_ever_and_nothing_else_is(desk: Desk, admin: Client) -> None:
    logo = await logo_set(admin, image())
    stranger = desk.client()
    headers = (await stranger.get(path_of(logo))).headers
    assert headers["content-type"] == "image/webp"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "sandbox" in headers["content-security-policy"]
    upload = await admin.post("/attachments", files={"file": ("a.txt", b"a secret file", "text/plain")})
    assert upload.status_code == 201
    secret = hashlib.sha256(b"a secret file").hexdigest()
    for name in (secret, "0" * 64, "x", logo["url"][-64:].upper(), "..%2f..%2fenv", "a%00"):
        answer = await stranger.get(f"/logos/{name}")
        assert answer.status_code in (400, 404), name


async def test_agents_cannot_set_or_remove_it_and_strangers_are_asked_to_sign_in(desk: Desk) -> None:
    agent = await desk.staff()
    assert (await put(agent, image())).status_code == 403
    assert (await agent.delete(LOGO)).status_code == 403
    assert (await put(desk.client(), image())).status_code == 401


async def test_who_saw_an_older_workspace_overwrites_nothing(desk: Desk, admin: Client) -> None:
    version = (await admin.got("/workspace"))["version"]
    await admin.patched("/workspace", {"name": "Newer"})
    late = await put(admin, image(), **{"if-match": f'"{version}"'})
    assert (late.status_code, late.json()["code"]) == (412, "version_conflict")
    assert (await admin.got("/workspace"))["logo"] is None


async def test_the_same_request_again_changes_nothing_again(desk: Desk, admin: Client) -> None:
    key = {"idempotency-key": "logo-0123456789"}
    first = await put(admin, image(), **key)
    again = await put(admin, image(), **key)
    assert again.json() == first.json()
    assert again.headers["x-change-id"] == first.headers["x-change-id"]
    assert await desk.value("select count(*) from changes where command = 'workspace.logo'") == 1


async def test_two_who_upload_the_same_at_once_store_one(desk: Desk, admin: Client) -> None:
    answers = await asyncio.gather(*(put(admin, image()) for _ in range(4)))
    assert {answer.status_code for answer in answers} == {200}
    assert await desk.value("select count(*) from workspace_logos") == 1
    assert await desk.value("select count(*) from attachments") == 1
