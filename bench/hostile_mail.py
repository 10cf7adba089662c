"""The worst inputs of each kind that a stranger can put into a mail, of any size.

`./atum bench --markup` prints what a megabyte of each costs; `tests/mime/test_growth.py` holds that
twice as much costs about twice the time.
"""

import base64
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.message import EmailMessage

from atum_desk.mime import check_signature, find_forwarded, message_body, parse_mail

Make = Callable[[int], bytes]

MEGABYTE = 1_000_000
# Small enough to stay below every bound, so that the figure is what such bytes really cost.
MEASURED_BYTES = 250_000
_HTML = b"Content-Type: text/html; charset=utf-8\n\n"
_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


def read_whole(raw: bytes) -> None:
    """Do all that filing a mail does with its bytes in a child process."""
    mail = parse_mail(raw)
    message_body(mail)
    find_forwarded(mail)
    if mail.signature is not None:
        check_signature(raw, [], "a@example.com", _MOMENT)


def _filled(head: bytes, seed: bytes, tail: bytes = b"") -> Make:
    return lambda size: head + seed * max(size // len(seed), 1) + tail


def _html(seed: str, tail: str = "") -> Make:
    return _filled(_HTML, seed.encode(), tail.encode())


def _many_attributes(size: int) -> bytes:
    names = b" ".join(b"a%d=b" % number for number in range(max(size // 10, 1)))
    return _HTML + b"<p " + names + b">x</p>"


def _blocks_below_formatting(size: int) -> bytes:
    fonts = b"".join(b'<font color="#%06x" style="%s">' % (n, b"color:red") for n in range(60))
    return _HTML + b"<p>" + fonts + b"<p>x</p>" * max((size - len(fonts)) // 8, 1)


def _rows_below_formatting(size: int) -> bytes:
    fonts = b"".join(b'<font color="#%06x">' % number for number in range(60))
    return _HTML + b"<table>" + fonts + b"<tr>x" * max(size // 5, 1)


def _nested_parts(size: int) -> bytes:
    return b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (number, number)
        for number in range(max(size // 60, 1))
    )


def _nested_messages(size: int) -> bytes:
    return b"Content-Type: message/rfc822\n\n" * max(size // 31, 1) + b"Subject: x\n\nx"


def _many_charsets(size: int) -> bytes:
    """Bytes that no charset explains, so that each is tried."""
    return b"Content-Type: text/plain; charset=iso-2022-jp\n\n" + b"\xe9\xff\x81a" * max(size // 4, 1)


def _data_image(size: int) -> bytes:
    picture = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(max(size * 3 // 4, 1)))
    return _HTML + b"<p>a</p><img src='data:image/png;base64," + picture + b"'><p>after</p>"


def _many_data_images(size: int) -> bytes:
    images = []
    for number in range(max(size // 110, 1)):
        picture = base64.b64encode(b"\x89PNG\r\n\x1a\n" + number.to_bytes(24, "big"))
        images.append(b'<img alt="x" src="data:image/png;base64,' + picture + b'">')
    return _HTML + b"".join(images)


def _many_files_and_ids(size: int) -> bytes:
    part = b"--b\nContent-Type: image/png\nContent-ID: <%d@x>\n\n%s\n"
    parts = b"".join(part % (n, b"x" * 400) for n in range(max(size // 1_000, 1)))
    images = b"".join(b'<img src="cid:%d@x">' % n for n in range(max(size // 1_000, 1)))
    page = b"--b\nContent-Type: text/html\n\n" + images + b"\n"
    return b"Content-Type: multipart/related; boundary=b\n\n" + page + parts + b"--b--\n"


def _signed(inside: bytes) -> Make:
    def make(size: int) -> bytes:
        body = base64.encodebytes(inside * max(size * 3 // 4 // len(inside), 1))
        head = b"Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\n"
        return head + b"Content-Transfer-Encoding: base64\n\n" + body

    return make


def _winmail(size: int) -> bytes:
    message = EmailMessage()
    message["From"] = "a@example.com"
    message.set_content("x")
    attribute = b"\x01\x02\x90\x06\x00\x00\x00\x00\x00\x00\x00"
    tnef = b"\x78\x9f\x3e\x22\x01\x00" + attribute * max(size * 3 // 4 // len(attribute), 1)
    message.add_attachment(tnef, maintype="application", subtype="ms-tnef", filename="winmail.dat")
    return message.as_bytes()


def _calendar(seed: bytes) -> Make:
    head = b"Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nVERSION:2.0\n"
    return _filled(head, seed, b"END:VCALENDAR\n")


def _text(seed: bytes, tail: bytes = b"") -> Make:
    return _filled(b"Subject: Fwd: x\nContent-Type: text/plain; charset=utf-8\n\n", seed, tail)


KINDS: Mapping[str, Make] = {
    "`&`": _html("&"),
    "`&amp;`": _html("&amp;"),
    "`&lt;`": _html("&lt;"),
    "references without semicolon": _html("&ampx&notit"),
    "numeric references": _html("&#38;&#x26;"),
    "one number of digits": _filled(_HTML + b"&#", b"1", b";"),
    "`&` in an attribute": _filled(_HTML + b'<a title="', b"&", b'">x</a>'),
    "`<td>`": _html("<td>"),
    "tables in tables": _html("<table><tr><td>"),
    "`<b>` nesting": _html("<b>"),
    "`<b><p>` misnested": _html("<b><p></b>"),
    "blocks below open formatting": _blocks_below_formatting,
    "rows below open formatting": _rows_below_formatting,
    "links in links": _html("<a href=x><b>y"),
    "many attributes": _many_attributes,
    "one attribute": _filled(_HTML + b'<p title="', b"x", b'">x</p>'),
    "`<!--`": _html("<!--"),
    "`<!-- -->`": _html("<!-- -->"),
    "conditional comments": _html("<!--[if mso]>x<![endif]-->"),
    "`<style>` closed": _filled(_HTML + b"<style>", b"p{color:red}", b"</style><p>x"),
    "`<style>` open": _html("<style>"),
    "style attributes": _html('<p style="' + "color:red;" * 20 + '">'),
    "links": _html("<a href=http://example.com/>y</a>"),
    "unclosed tag": _filled(_HTML + b"<a href='data:", b"a"),
    "one data image": _data_image,
    "many data images": _many_data_images,
    "`<plaintext>`": _html("<plaintext>x"),
    "list items": _html("<ul><li>x"),
    "`<br>`": _html("<br>"),
    "lines of `<pre>`": _filled(_HTML + b"<pre>", b"\n", b"</pre>"),
    "words of `<pre>`": _filled(_HTML + b"<pre> ", b"a\n", b" </pre>"),
    "quoted blocks": _html("<blockquote>x"),
    "parts": _filled(b"Content-Type: multipart/mixed; boundary=b\n\n", b"--b\n\nx\n"),
    "nested multiparts": _nested_parts,
    "nested messages": _nested_messages,
    "files with ids": _many_files_and_ids,
    "boundary-like lines": _filled(b"Content-Type: multipart/mixed; boundary=b\n\n", b"--bb\n"),
    "folded header": _filled(b"Subject: a\n", b" b\n", b"\nx"),
    "header fields": _filled(b"", b"X-A: b\n", b"\nx"),
    "encoded words": _filled(b"Subject: ", b"=?utf-8?q?=41?= ", b"\n\nx"),
    "open encoded words": _filled(b"Subject: ", b"=?utf-8?q?", b"\n\nx"),
    "encoded words without end": _filled(b"Subject: ", b"=?utf-8?q?a", b"\n\nx"),
    "parameters (RFC 2231)": _filled(b"Content-Type: text/plain", b"; a*0*=b", b"\n\nx"),
    "addresses": _filled(b"To: ", b"a <a@b.c>, ", b"\n\nx"),
    "addresses in many fields": _filled(b"", b"To: a@b.c, d@e.f\n", b"\nx"),
    "groups": _filled(b"To: ", b"a:", b"\n\nx"),
    "angle brackets": _filled(b"To: ", b"<a,", b"\n\nx"),
    "open comments": _filled(b"To: ", b"(", b"\n\nx"),
    "References": _filled(b"References: ", b"<a@b.c> ", b"\n\nx"),
    "open references": _filled(b"References: ", b"<a", b"\n\nx"),
    "base64 with junk": _filled(b"Content-Transfer-Encoding: base64\n\n", b"QUJD!= \n"),
    "quoted-printable `=`": _filled(b"Content-Transfer-Encoding: quoted-printable\n\n", b"="),
    "uuencode": _filled(b"\n", b"begin 644 x\n#0V%T\n`\nend\n"),
    "uuencode begins": _filled(b"\n", b"begin 644 x\n"),
    "winmail.dat": _winmail,
    "calendar events": _calendar(b"BEGIN:VEVENT\nSUMMARY:x\nEND:VEVENT\n"),
    "calendar attendees": _calendar(b"BEGIN:VEVENT\nATTENDEE;CN=x:mailto:a@b.c\n"),
    "S/MIME lengths": _signed(b"\x30\x80"),
    "S/MIME sets": _signed(b"\x31\x02\x05\x00"),
    "`>` in one line": _text(b">"),
    "`>` lines": _text(b">\n"),
    "`> a` between text": _text(b"> a\nb\n"),
    "`|` lines": _text(b"| a\n"),
    "`|` lines below wrote": _text(b"On 1 x wrote:\n| a\nb\n"),
    "initials below wrote": _text(b"a@b.c 1.1.2020 10:00:\nab> x\n\n"),
    "unknown fields": _text(b"\nA: a <a@b.c>\nB: 3.6.2024 10:00\nC: x\n"),
    "worded rules": _text(b"---- a ----\n"),
    "named addresses": _text(b"A <a@b.c>\n3.6.2024 10:00\n"),
    "quote elements": _html('<div class="gmail_quote"><br>'),
    "quote elements, closed": _html('<div class="yahoo_quoted">a</div>b'),
    "drawn lines above": _html('<div style="border-top:solid">A: 3.6.2024<br>B: b<br>C: c</div>'),
    "On ... wrote, almost": _text(b"On 1 Jan 2020, at 10:00, A <a@b.c> wrot:\n"),
    "wrote:": _text(b"On 1 x wrote:\n> x\n"),
    "header lines": _text(b"From: a <a@b.c>\nTo: x\nSubject: y\n\n"),
    "a sender of one word": _filled(b"Subject: Fwd: x\n\nFrom: x\n", b"a", b"\nTo: x\nSubject: y\nDate: z\n\nx"),
    "`Original Message`": _text(b"-----Original Message-----\n"),
    "signatures": _text(b"--\nx\n"),
    "blank lines": _text(b"\n"),
    "spaces": _text(b" "),
    "one line": _text(b"a"),
    "encoded lines": _text(b"QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9w\n"),
    "control characters": _text(b"\x01\x02"),
    "flowed": _filled(b"Content-Type: text/plain; format=flowed\n\n", b"> a \n"),
    "unknown bytes": _many_charsets,
    "utf-7": _filled(b"Content-Type: text/plain; charset=utf-7\n\n", b"+AGE-"),
    "escape sequences": _filled(b"\n", b"\x1b$B!!\x1b(B"),
    "pairs that no charset knows": _filled(b"Content-Type: text/plain; charset=iso-2022-jp\n\n\x1b$B", b"~~"),
    "EUC beyond its standard": _filled(b"Content-Type: text/plain; charset=euc-jp\n\n", b"\xad\xa1"),
    "HZ beyond its standard": _filled(b"Content-Type: text/plain; charset=hz\n\n", b"~{~~~}"),
    "unfolded lines": _filled(b"Subject: a\n", b"b\n", b"From: a@b.c\n\nx"),
    "unfolded recipients": _filled(b"To: a,\n", b"b,\nc\n", b"From: a@b.c\n\nx"),
    "unfolded lines, many fields": _filled(b"Subject: a\n", b"x\nX-A: b\n", b"\nx"),
    "parameters without semicolons": _filled(b"Content-Type: text/plain; a", b"=b a", b"\n\nx"),
    "empty groups": _filled(b"To: ", b":()", b"\n\nx"),
    "addresses without commas": _filled(b"To: ", b"<a@b.c> ", b"\n\nx"),
    "Q words": _filled(b"To: ", b"=?u?q?,?=", b"\n\nx"),
    "digest": _filled(b"Content-Type: multipart/digest; boundary=b\n\n", b"--b\n\nSubject: a\n\nx\n"),
    "bounce cues": _filled(b"From: MAILER-DAEMON@x\nSubject: Returned mail\n\n", b"to a@b.c "),
    "bounce cues in lines": _filled(b"From: MAILER-DAEMON@x\nSubject: Returned mail\n\n", b"from to a@b.c\n"),
    "bounce copies, almost": _filled(
        b"From: MAILER-DAEMON@x\nSubject: Returned mail\n\nx\n", b"-- original was received at\n"
    ),
    "recipients in one block": _filled(
        b"Content-Type: message/delivery-status\n\n", b"Final-Recipient: a;b@c\nAction: failed\n"
    ),
    "complaints": _filled(b"Content-Type: message/feedback-report\n\n", b"Original-Rcpt-To: a@b.c\n"),
    "bounce prose": _filled(b"From: MAILER-DAEMON@x\nSubject: Returned mail\n\n", b"<a@b.c>\n"),
    "bounce prose, almost": _filled(b"From: MAILER-DAEMON@x\nSubject: Returned mail\n\n", b"a@"),
    "delivery fields": _filled(b"Content-Type: message/delivery-status\n\n", b"Final-Recipient: a;b\n\n"),
}


def cpu_seconds(do: Callable[[bytes], object], raw: bytes, times: int = 1) -> float:
    """Return the least CPU time of several tries."""
    tries = []
    for _ in range(times):
        began = time.process_time()
        do(raw)
        tries.append(time.process_time() - began)
    return min(tries)


def print_costs() -> None:
    """Print what a megabyte of each kind costs to read, in seconds of CPU time, dearest first."""
    scale = MEGABYTE / MEASURED_BYTES
    costs = {name: cpu_seconds(read_whole, make(MEASURED_BYTES)) * scale for name, make in KINDS.items()}
    print("| 1 MB of | s |\n| --- | ---: |")
    for name, seconds in sorted(costs.items(), key=lambda one: -one[1]):
        print(f"| {name} | {seconds:.2f} |")
