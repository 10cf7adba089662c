"""What people write, parted from what their mail programs put around it, in many languages."""

import pytest

from atum_desk.mime import REPLY_MARKER, html_to_text, parse_mail, strip_quote_html, strip_quote_text

# As the programs of each language write it above a quote marked with ">".
ATTRIBUTIONS = {
    "English, Gmail": "On Mon, Jun 3, 2024 at 10:00 AM Ann Ex <ann@example.com> wrote:",
    "English, Apple": "On 3 Jun 2024, at 10:00, Ann Ex <ann@example.com> wrote:",
    "English, wrapped": "On Mon, Jun 3, 2024 at 10:00 AM Ann Example-Longname via Support <\nann@example.com> wrote:",
    "German, Thunderbird": "Am 03.06.24 um 10:00 schrieb Ann Ex:",
    "German, Gmail": "Am Mo., 3. Juni 2024 um 10:00 Uhr schrieb Ann Ex <ann@example.com>:",
    "French": "Le lun. 3 juin 2024 à 10:00, Ann Ex <ann@example.com> a écrit :",
    "Spanish": "El lun, 3 jun 2024 a las 10:00, Ann Ex (<ann@example.com>) escribió:",
    "Portuguese": "Em seg., 3 de jun. de 2024 às 10:00, Ann Ex <ann@example.com> escreveu:",
    "Italian": "Il giorno lun 3 giu 2024 alle ore 10:00 Ann Ex <ann@example.com> ha scritto:",
    "Dutch": "Op ma 3 jun 2024 om 10:00 schreef Ann Ex <ann@example.com>:",
    "Polish": "pon., 3 cze 2024 o 10:00 Ann Ex <ann@example.com> napisał(a):",
    "Swedish": "Den mån 3 juni 2024 kl 10:00 skrev Ann Ex <ann@example.com>:",
    "Danish": "Den man. 3. jun. 2024 kl. 10.00 skrev Ann Ex <ann@example.com>:",
    "Norwegian": "man. 3. juni 2024 kl. 10:00 skrev Ann Ex <ann@example.com>:",
    "Finnish": "ma 3. kesäk. 2024 klo 10.00 Ann Ex (ann@example.com) kirjoitti:",
    "Czech": "po 3. 6. 2024 v 10:00 odesílatel Ann Ex <ann@example.com> napsal:",
    "Russian": "пн, 3 июн. 2024 г. в 10:00, Ann Ex <ann@example.com>:",
    "Russian, Mail.ru": "Понедельник, 3 июня 2024, 10:00 +03:00 от Ann Ex <ann@example.com> написал:",
    "Turkish": "Ann Ex <ann@example.com>, 3 Haz 2024 Pzt, 10:00 tarihinde şunu yazdı:",
    "Arabic": "في الاثنين، 3 يونيو 2024 في 10:00 ص تمت كتابة ما يلي بواسطة Ann Ex <ann@example.com>:",
    "Japanese": "2024年6月3日(月) 10:00 Ann Ex <ann@example.com>:",
    "Chinese": "Ann Ex <ann@example.com> 于2024年6月3日周一 10:00写道：",
    "Korean": "2024년 6월 3일 (월) 오전 10:00, Ann Ex <ann@example.com>님이 작성:",
    "Vietnamese": "Vào 10:00 Th 2, 3 thg 6, 2024 Ann Ex <ann@example.com> đã viết:",
}

# As Outlook and Exchange write it above an unmarked text: (from, sent, to, subject).
HEADER_BLOCKS = {
    "English": ("From", "Sent", "To", "Subject"),
    "German": ("Von", "Gesendet", "An", "Betreff"),
    "French": ("De", "Envoyé", "À", "Objet"),
    "Spanish": ("De", "Enviado", "Para", "Asunto"),
    "Portuguese": ("De", "Enviada em", "Para", "Assunto"),
    "Italian": ("Da", "Inviato", "A", "Oggetto"),
    "Dutch": ("Van", "Verzonden", "Aan", "Onderwerp"),
    "Polish": ("Od", "Wysłano", "Do", "Temat"),
    "Swedish": ("Från", "Skickat", "Till", "Ämne"),
    "Danish": ("Fra", "Sendt", "Til", "Emne"),
    "Finnish": ("Lähettäjä", "Lähetetty", "Vastaanottaja", "Aihe"),
    "Czech": ("Od", "Odesláno", "Komu", "Předmět"),
    "Russian": ("От", "Отправлено", "Кому", "Тема"),
    "Turkish": ("Kimden", "Gönderildi", "Kime", "Konu"),
    "Arabic": ("من", "تاريخ الإرسال", "إلى", "الموضوع"),
    "Japanese": ("差出人", "送信日時", "宛先", "件名"),
    "Chinese": ("发件人", "发送时间", "收件人", "主题"),
    "Korean": ("보낸 사람", "보낸 날짜", "받는 사람", "제목"),
}


@pytest.mark.parametrize("language", ATTRIBUTIONS)
def test_a_reply_above_a_marked_quote_stands_alone(language: str) -> None:
    text = f"It works now.\n\nThanks\n\n{ATTRIBUTIONS[language]}\n\n> Did it help?\n>\n> Support\n"
    reply, quoted = strip_quote_text(text)
    assert reply == "It works now.\n\nThanks"
    assert "Did it help?" in quoted


@pytest.mark.parametrize("language", ATTRIBUTIONS)
def test_a_reply_above_an_unmarked_quote_stands_alone(language: str) -> None:
    text = f"It works now.\n\n{ATTRIBUTIONS[language]}\n\nDid it help?\n\nSupport\n"
    assert strip_quote_text(text)[0] == "It works now."


@pytest.mark.parametrize("language", ATTRIBUTIONS)
def test_a_reply_below_a_quote_stands_alone(language: str) -> None:
    text = f"{ATTRIBUTIONS[language]}\n> Did it help?\n> Support\n\nYes, it did.\n"
    assert strip_quote_text(text)[0] == "Yes, it did."


@pytest.mark.parametrize("language", HEADER_BLOCKS)
@pytest.mark.parametrize("rule", ["", "_" * 32 + "\n", "-----Original Message-----\n"])
@pytest.mark.parametrize("frame", ["{}:", "*{}:*", "{} :"])
def test_a_reply_above_a_header_block_stands_alone(language: str, rule: str, frame: str) -> None:
    values = ("Ann Ex <ann@example.com>", "Monday 3 June 2024 10:00", "support@example.com", "Help")
    labels = [frame.format(label) for label in HEADER_BLOCKS[language]]
    block = "\n".join(f"{label} {value}" for label, value in zip(labels, values, strict=True))
    reply, quoted = strip_quote_text(f"It works now.\n\n{rule}{block}\n\nDid it help?\n")
    assert reply == "It works now."
    assert "Did it help?" in quoted


def test_a_reply_above_a_block_of_lotus_notes_stands_alone() -> None:
    text = (
        "Passt.\n\nAnn Ex --- Drucker ---\n\nVon: Ann Ex <ann@example.com>\nAn me@example.com\n"
        "Datum: Mo., 03.06.2024 10:00\nBetreff Drucker\n\nGeht es?\n"
    )
    assert strip_quote_text(text)[0] == "Passt."


def test_answers_between_quotes_are_kept_with_their_context() -> None:
    text = (
        "On Mon, Jun 3, 2024 at 10:00 AM Ann <ann@example.com> wrote:\n"
        "> Which printer?\nThe blue one.\n> Since when?\n\nSince Monday.\n> Regards\n> Ann\n"
    )
    reply, quoted = strip_quote_text(text)
    assert reply == "> Which printer?\nThe blue one.\n> Since when?\n\nSince Monday."
    assert "Regards" in quoted


def test_our_marker_ends_the_reply() -> None:
    text = f"It works.\n\nAm 03.06.24 um 10:00 schrieb Support:\n{REPLY_MARKER}\n\nDear Ann,\ndid it help?\n"
    assert strip_quote_text(text)[0] == "It works."


def test_an_answer_below_our_quoted_marker_is_kept() -> None:
    text = f"On 3 Jun 2024, at 10:00, Support <s@example.com> wrote:\n> {REPLY_MARKER}\n>\n> did it help?\n\nYes.\n"
    assert strip_quote_text(text)[0] == "Yes."


def test_a_mail_that_only_quotes_is_shown_whole() -> None:
    text = "> one\n> two"
    assert strip_quote_text(text) == (text, "")


def test_forwarded_messages_are_no_history() -> None:
    text = (
        "Please look at this.\n\n---------- Weitergeleitete Nachricht ---------\n"
        "Von: Ann <ann@example.com>\nBetreff: Hilfe\nAn: me@example.com\n\nIt is broken.\n"
    )
    assert strip_quote_text(text)[0] == text.strip()


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nAnn Ex\nExample Ltd\n+49 30 1234",
        "--\nAnn",
        "Sent from my iPhone",
        "Von meinem iPhone gesendet",
        "Envoyé de mon iPhone",
        "Get Outlook for Android<https://aka.example/x>",
        "أرسلت من جهاز iPhone الخاص بي",
        "iPhoneから送信",
        "发自我的iPhone",
    ],
)
def test_signatures_are_no_part_of_the_reply(signature: str) -> None:
    assert strip_quote_text(f"It works now.\n\n{signature}\n")[0] == "It works now."


@pytest.mark.parametrize(
    "text",
    [
        "From: the shop\nWe bought two printers.",
        "On Monday I wrote:\nplease call me, and nobody did.",
        "The error says:\n  file not found\nand then it stops.",
        "Date: Wednesday\nTime: 7:00\nAddress: 1 Example Street\n\nPlease come.",
        "Steps:\n1. open\n2. click\n--- separator ---\n3. done",
        "a -- b\n\nThat was on 3 June, at 10:00, see the note:\n\nall broken",
        "x > y\ny < z",
        "Please ignore the last one.\nSent by mistake",
        "Where is it?\nSent from the office yesterday, it should be there.",
    ],
)
def test_ordinary_text_is_not_taken_for_history(text: str) -> None:
    assert strip_quote_text(text) == (text, "")


# (text, the reply): what is told from what only looks like it.
NEIGHBOURS = [
    ("Ok.\n\nVon: Ann Ex\nGesendet: Montag, 3. Juni 2024 10:00\n\nAlt?", "Ok."),
    ("Ok.\n\nFrom: Ann Ex <a@example.com>\nSubject: Order\n\nOld?", "Ok."),
    ("Is it yours?\n\nFrom: billing@example.net\nSubject: your account\n\nYes?", None),
    ("Ok.\n\nFrom: Berlin\nDate: 3 June 2024 10:00\n\nIs that right?", None),
    ("Ok.\n\nAnn Ex wrote:\n> old\n> old", "Ok."),
    ("My boss wrote:\n> old\nWhat now?", None),
    ("Ok.\n\nAm 3.6.2024 10:00 schrieb Ann:\n» alt\n» älter", "Ok."),
    ("Ok.\n\n» alt\n» älter\nis what it says", None),
    ("Ok.\n\nAm Montag, 3. Juni 2024 um 10:00 schrieb Example\nNord <nord@example.com\n>:\n\n> alt", "Ok."),
    ("---- On Mon, 3 Jun 2024 10:00 Ann <a@b.example> wrote ----\n\n> old\n\nNew.", "New."),
    ("Ok.\n\n---- Ann Ex schrieb ----\nalt", "Ok."),
    ("Ok.\n\n---- Ann Ex ----\nno history", None),
    ("Ok.\n\n-----Antwort Nachricht-----\nVon: Ann\nDatum: 3.6.2024\nalt", "Ok."),
    (
        "One.\n\n> q1\n\nTwo.\n\nOn 3 Jun 2024 at 10:00, Ann wrote:\n> q2\n\nThree.\n> q3\n",
        "One.\n\n> q1\n\nTwo.\n\n> q2\n\nThree.\n> q3",
    ),
    ("Top.\n\nOn 3 Jun 2024 at 10:00, Ann wrote:\n> q2\n> On 2 Jun 2024, Bo wrote:\n>> q1\n\nEnd.", "Top.\n\nEnd."),
    ("On Monday you wrote:\n> we will come\nYou did not.", None),
    ("On the server of 3 June, at 10:00, I ran:\n> df\n> free\nand both are fine.", None),
]


@pytest.mark.parametrize(("text", "wanted"), NEIGHBOURS)
def test_history_is_told_from_its_neighbours(text: str, wanted: str | None) -> None:
    assert strip_quote_text(text)[0] == (wanted or text.strip())


@pytest.mark.parametrize(
    "history",
    [
        '<div class="gmail_quote"><div class="gmail_attr">On Mon, Jun 3, 2024 at 10:00 Ann &lt;<a '
        'href="mailto:a@example.com">a@example.com</a>&gt; wrote:<br></div><blockquote>Did it help?'
        "</blockquote></div>",
        '<div style="border-top:solid #E1E1E1 1.0pt"><p class="MsoNormal"><b>Von:</b> Ann &lt;'
        "a@example.com&gt;<br><b>Gesendet:</b> Montag, 3. Juni 2024 10:00<br><b>An:</b> Support<br>"
        "<b>Betreff:</b> Hilfe</p></div><p>Did it help?</p>",
        '<div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:</b> Ann<br><b>Sent:</b> '
        "Monday<br><b>To:</b> Support<br><b>Subject:</b> Help</div><div>Did it help?</div>",
        '<div class="moz-cite-prefix">Am 03.06.24 um 10:00 schrieb Ann:<br></div><blockquote '
        'type="cite"><p>Did it help?</p></blockquote>',
        f"<p>{REPLY_MARKER}</p><p>Did it help?</p>",
    ],
)
def test_html_replies_part_by_the_same_rules(history: str) -> None:
    html = f"<html><body><div>It <b>works</b> now.<br><img src='cid:x'></div>{history}</body></html>"
    reply, quoted = strip_quote_html(html)
    assert html_to_text(reply) == "It works now."
    assert "cid:x" in reply
    assert "Did it help?" in quoted
    assert "works" not in quoted
    assert reply.count("<div") == reply.count("</div>")


def test_html_without_history_comes_back_as_it_was() -> None:
    html = "<p>It <i>works</i></p>"
    assert strip_quote_html(html) == (html, "")


def test_the_reply_of_a_mail_comes_from_its_html_where_there_is_no_plain_text() -> None:
    raw = "Content-Type: text/html; charset=utf-8\n\n<p>تعمل الآن</p><blockquote>هل ساعد؟</blockquote>"
    parsed = parse_mail(raw.encode())
    assert parsed.reply_text == "تعمل الآن"
    assert "هل ساعد؟" in parsed.text
