"""Passwords that somebody would guess are refused, with a reason, wherever a password is chosen."""

from __future__ import annotations

import time
import unicodedata
from pathlib import Path

import pytest

from atum_desk.entry.prepare import prepare_database
from atum_desk.identity.notices import PasswordWeakness
from atum_desk.identity.password_strength import find_weakness
from atum_desk.identity.passwords import make_password
from atum_desk.kernel.config.setting_kinds import SettingError
from desk import Desk
from scratch_databases import make_settings

MINA = ["Mina Farouk", "mina.farouk@mail.example.com", "Halvorsen Instruments"]
WEAK = [
    ("1234567890", "common"),
    ("qwertyuiop", "common"),
    ("password123", "common"),
    ("abcdefghij", "sequence"),
    ("aaaaaaaaaaaa", "repeat"),
    ("abcabcabcabc", "repeat"),
    ("01.01.1990", "date"),
    ("zxcvfr45tgb", "keyboard"),
    ("mina.farouk@mail.example.com", "own_data"),
    ("MinaFarouk1", "own_data"),
    ("пароль123", "common"),
    ("ЙЦУКЕНГ12345", "common"),
    ("ασδφγηξκλ", "common"),
    ("שדגכעיחלך", "common"),
    ("ضصثقفغعهخ", "common"),
    ("κωδικός123", "common"),
    ("ΚΩΔΙΚΟΣ2026", "common"),
    ("Συνθηματικό1", "common"),
    ("kodikos123", "common"),
    ("пароль2026", "common"),
    ("Парола1234", "common"),
    ("лозинка123", "common"),
    ("סיסמה2026!", "common"),
    ("ססמה123456", "common"),
    ("كلمة السر2026", "common"),
    ("گذرواژه123", "common"),
    ("비밀번호12345", "common"),
    (unicodedata.normalize("NFD", "비밀번호12345"), "common"),
    ("パスワード2026!", "common"),
    ("密码密码密码12", "repeat"),
    ("पासवर्ड123", "common"),
    ("รหัสผ่าน12", "common"),
    ("Contraseña1", "common"),
    ("mật khẩu 123", "common"),
    ("привет2026", "common"),
    ("наташа1234", "common"),
    ("我爱你我爱你我爱你1", "repeat"),
    ("farouk2026", "own_data"),
    ("halvorsen!1", "own_data"),
    ("Atum Desk 1", "own_data"),
    ("example.com", "own_data"),
    ("atumdesk2026", "own_data"),
]
STRONG = [
    "first light over the desk",
    "correct horse battery",
    "Mina sells seashells at dawn",
    "j3kd9-22mxp",
    "вчера шёл мокрый снег",
    "昨日は雨が降っていました",
    "πέντε ήσυχοι ερωδιοί",
    "חמש אנפות שקטות",
    "خمسة مالكات حزينة",
    "조용한 왜가리 다섯 마리",
    "x" * 5 + "Tz4!kQ" + "y" * 900,
]


@pytest.mark.parametrize(("password", "reason"), WEAK)
def test_a_guessable_password_is_told_why(password: str, reason: str) -> None:
    assert find_weakness(password, MINA) == reason


@pytest.mark.parametrize(
    ("name", "password"),
    [("Γιώργος Παππάς", "giorgospappas1"), ("Oksana Melnik", "ОксанаМелник!"), ("Łucja Żurek", "lucjazurek12")],
)
def test_a_name_is_known_in_other_letters_too(name: str, password: str) -> None:
    assert find_weakness(password, [name]) == "own_data"


@pytest.mark.parametrize("password", STRONG, ids=range(len(STRONG)))
def test_words_that_nobody_tries_are_taken(password: str) -> None:
    assert find_weakness(password, MINA) is None


def test_what_we_make_ourselves_is_strong() -> None:
    assert all(find_weakness(make_password(), MINA) is None for _ in range(20))


def test_every_reason_has_words_and_no_length_takes_long() -> None:
    reasons = {find_weakness(password, MINA) for password, _ in WEAK}
    assert reasons <= set(PasswordWeakness.WORDS)
    for long in ("a" * 1000, "4@$!1" * 200, "1234567890" * 100, "p@ssw0rd" * 125, "密" * 1000, "ж" * 1000):
        began_at = time.process_time()
        find_weakness(long, ["x" * 320, *MINA])
        # 0.1 s on the machine this was written on; without the cut each would take minutes.
        assert time.process_time() - began_at < 3


async def test_it_is_refused_wherever_a_password_is_chosen(shared_desk: Desk) -> None:
    admin = await shared_desk.administrator()
    role_id = await shared_desk.value("select id from roles where name = 'Agent'")
    person = {"name": "Ada Quist", "email": "ada.quist@example.org", "role_id": role_id}
    for weak, reason in (("1234567890", "common"), ("ada.quist@example.org", "own_data")):
        answer = await admin.post("/people", json={**person, "password": weak})
        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (422, "weak_password")
        assert problem["reason"] == reason
        [told] = problem["errors"]
        assert (told["field"], told["message"], told["code"]) == ("password", problem["detail"], "weak_password")
        assert PasswordWeakness.WORDS[reason] in problem["detail"]
        assert weak not in answer.text
    made = await admin.posted("/people", {**person, "password": "seven quiet herons wade"})
    own = shared_desk.client()
    credentials = {"email": person["email"], "password": "seven quiet herons wade"}
    await own.posted("/session", credentials, status=200)
    body = {"current_password": credentials["password"], "new_password": "ada.quist@example.org"}
    refused = await own.post("/me/password", json=body)
    assert refused.json()["errors"][0]["field"] == "new_password"
    assert (await own.get("/me")).json()["person"]["id"] == made["person"]["id"]
    assert (await shared_desk.client().post("/session", json=credentials)).status_code == 200


async def test_an_empty_desk_does_not_start_with_a_guessable_administrator(
    bare_database_url: str, tmp_path: Path
) -> None:
    settings = make_settings(tmp_path, admin_password="1234567890")
    with pytest.raises(SettingError, match=r"ATUM_ADMIN_PASSWORD.*most used passwords"):
        await prepare_database(bare_database_url, settings)
    strong = make_settings(tmp_path, admin_password="first light over the desk")
    assert await prepare_database(bare_database_url, strong)


async def test_a_weak_password_of_before_still_signs_in(desk: Desk) -> None:
    from atum_desk.identity.passwords import hash_password

    person = await desk.given.staff()
    hashed = await hash_password("1234567890")
    async with desk.database.writing(desk.given.system, "person.test") as work:
        await work.execute("select set_password($1, $2)", person.id, hashed)
    body = {"email": f"agent{person.id}@atum.localhost", "password": "1234567890"}
    assert (await desk.client().post("/session", json=body)).status_code == 200
