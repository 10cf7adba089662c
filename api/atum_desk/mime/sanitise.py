"""Mail HTML made safe to show: no scripts, no forms, nothing loaded from elsewhere unasked.

`nh3` decides what stays. Before it, hostile nesting is flattened and references are resolved, because
its parser takes quadratic time on both; after it, images are put out of reach until someone asks.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from functools import lru_cache, partial
from html import escape

import nh3

from .charset import clean_text
from .html_tokens import VOID_TAGS, Token, read_attributes, tokenise, unescape_text

MAX_DEPTH = 120
MAX_VALUE_CHARS = 8_000
REPEATED_CHARS = 400
REMOTE_SOURCE = "data-remote-src"
INLINE_SOURCE = "data-cid"

_TAG_NAMES = (
    "a abbr address article aside b bdi bdo big blockquote br caption center cite code col"
    " colgroup dd del details dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6"
    " header hr i img ins kbd li main mark nav ol p pre q rp rt ruby s samp section small span"
    " strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var wbr"
)
_TAGS = frozenset(_TAG_NAMES.split())
_DROPPED_NAMES = (
    "script style title noscript template svg math iframe object embed applet noembed noframes"
    " audio video canvas select xmp plaintext frameset"
)
_DROPPED_WITH_CONTENT = frozenset(_DROPPED_NAMES.split())
_ATTRIBUTES = {
    "*": {"align", "bgcolor", "color", "dir", "height", "lang", "style", "title", "valign", "width"},
    "a": {"href"},
    "blockquote": {"type"},
    "font": {"face", "size"},
    "img": {"alt", "border", "src", REMOTE_SOURCE, INLINE_SOURCE},
    "li": {"value"},
    "ol": {"reversed", "start", "type"},
    "table": {"border", "cellpadding", "cellspacing", "summary"},
    "td": {"colspan", "headers", "nowrap", "rowspan"},
    "th": {"colspan", "headers", "nowrap", "rowspan", "scope"},
    "col": {"span"},
    "colgroup": {"span"},
}
# Kept so that the desk can fold quoted history; the classes style nothing.
_QUOTE_CLASSES = {"gmail_quote", "yahoo_quoted", "moz-cite-prefix", "protonmail_quote"}
_STYLE_NAMES = (
    "background-color border border-bottom border-bottom-color border-bottom-style"
    " border-bottom-width border-collapse border-color border-left border-left-color"
    " border-left-style border-left-width border-radius border-right border-right-color"
    " border-right-style border-right-width border-spacing border-style border-top"
    " border-top-color border-top-style border-top-width border-width color direction display"
    " font font-family font-size font-style font-variant font-weight height letter-spacing"
    " line-height list-style-type margin margin-bottom margin-left margin-right margin-top"
    " max-height max-width min-width overflow-wrap padding padding-bottom padding-left"
    " padding-right padding-top text-align text-decoration text-indent text-transform"
    " vertical-align white-space width word-break word-wrap"
)
_STYLES = frozenset(_STYLE_NAMES.split())
_UNSAFE_VALUE = re.compile(r"[\\@<>{}]|/\*|\b(?:url|expression|image|var|attr|env)\s*\(|javascript:")
# Senders fold long addresses like header lines; browsers ignore control characters in them.
_IN_ADDRESS = re.compile(r"[\t\r\n]+ *|[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\ufeff]+")
# Stand for "&", "<" and '"' while nh3 reads; in what comes from outside they cannot occur.
_AMPERSAND, _LESS, _QUOTE = "\ufdd0", "\ufdd1", "\ufdd2"
_RESERVED = re.compile("[\ufdd0-\ufdef]")
# Attributes that are read the same by everybody and need not be written anew.
_PLAIN_ATTRIBUTES = re.compile(r"""(?:\s++[A-Za-z][A-Za-z-]{0,39}+(?:="[^"&<>\x00-\x1f\x7f]*+")?+)*+\s*+/?""")
_PLAIN_CHARS = 2_000
_SAFE_LINK = re.compile(r"(?:https?://|mailto:|tel:|sms:|ftp://)", re.IGNORECASE)
_INLINE_IMAGE = re.compile(r"data:image/(?:png|jpe?g|gif|webp|bmp);base64,[A-Za-z0-9+/=]*")
# An element that starts ends the open ones named here, unless one of the second set is between.
_IMPLIED_ENDS = {
    "a": ({"a"}, {"td", "th", "caption", "table"}),
    "li": ({"li"}, {"ul", "ol"}),
    "dt": ({"dt", "dd"}, {"dl"}),
    "dd": ({"dt", "dd"}, {"dl"}),
    "tr": ({"tr"}, {"table"}),
    "td": ({"td", "th"}, {"tr", "table"}),
    "th": ({"td", "th"}, {"tr", "table"}),
    "tbody": ({"tbody", "thead", "tfoot"}, {"table"}),
    "thead": ({"tbody", "thead", "tfoot"}, {"table"}),
    "tfoot": ({"tbody", "thead", "tfoot"}, {"table"}),
}
# What may stand directly below a table and its rows; everything else there is moved out of it.
_TABLE_PARTS = frozenset("tbody thead tfoot tr td th caption col colgroup".split())
_IN_TABLE = _TABLE_PARTS | {"table"}
# An open paragraph is ended by a block unless one of these is between (HTML standard, button scope).
_PARAGRAPH_BARRIERS = frozenset({"td", "th", "caption", "table"})
_BLOCK_NAMES = "p div table ul ol dl blockquote pre h1 h2 h3 h4 h5 h6 hr center address section"
_ENDS_PARAGRAPH = frozenset(_BLOCK_NAMES.split())
# Of the others the tags go and the words stay. "plaintext" has no end: it would take the rest with it.
_KNOWN = (_TAGS | _DROPPED_WITH_CONTENT) - {"plaintext", "xmp"}
_ATTRIBUTE_NAMES = frozenset({"class"}.union(*_ATTRIBUTES.values()))


def sanitise_html(html: str, *, cid: Mapping[str, str] | None = None) -> str:
    """Return `html` safe to show in a sandboxed frame.

    `cid` maps Content-IDs (without brackets) to the addresses that serve them. Remote images
    carry their address in `data-remote-src` and load nothing; images of a Content-ID that is not
    in `cid` carry it in `data-cid`, so that what was sanitised once can be sanitised again with
    the addresses. Links open elsewhere and tell nothing about us. Never raises and takes time
    proportional to the length.
    """
    cleaned = nh3.clean(
        "".join(_balanced(tokenise(_RESERVED.sub("\ufffd", clean_text(html))))),
        tags=set(_TAGS),
        clean_content_tags=set(_DROPPED_WITH_CONTENT),
        attributes=_ATTRIBUTES,
        attribute_filter=_filter_attribute,
        url_schemes={"http", "https", "mailto", "tel", "sms", "ftp", "cid", "data"},
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
        allowed_classes={"div": _QUOTE_CLASSES, "blockquote": _QUOTE_CLASSES},
    )
    for stand_in, reference in ((_AMPERSAND, "&amp;"), (_LESS, "&lt;"), (_QUOTE, "&quot;")):
        cleaned = cleaned.replace(stand_in, reference)
    return place_images(cleaned, cid or {})


def place_images(safe: str, cid: Mapping[str, str]) -> str:
    """Return sanitised HTML with the images of `cid` in place; see `sanitise_html`."""
    return "".join(map(partial(_place_image, cid=cid), tokenise(safe)))


def count_remote_images(html: str) -> int:
    """Return how many images of sanitised `html` wait to be asked for."""
    return sum(
        1
        for token in tokenise(html)
        if token.kind == "start" and token.name == "img" and f" {REMOTE_SOURCE}=" in token.source
    )


def _balanced(tokens: Iterable[Token]) -> Iterator[str]:
    """Yield markup whose elements close in order and nest at most `MAX_DEPTH` deep."""
    open_names: list[str] = []
    too_deep: dict[str, int] = {}
    for token in tokens:
        name = token.name
        if token.kind == "text":
            text = unescape_text(token.source)
            yield text.replace("&", _AMPERSAND).replace("<", _LESS)
        elif name not in _KNOWN or (name in _TABLE_PARTS and "table" not in open_names):
            continue
        elif token.kind == "start":
            yield from _close_implied(open_names, name)
            if name in VOID_TAGS:
                yield _start_tag(token)
            elif len(open_names) >= MAX_DEPTH:
                too_deep[name] = too_deep.get(name, 0) + 1
            else:
                open_names.append(name)
                yield _start_tag(token)
        elif too_deep.get(name):
            too_deep[name] -= 1
        elif name in open_names:
            yield from _close_to(open_names, name)
    yield "".join(f"</{name}>" for name in reversed(open_names))


def _start_tag(token: Token) -> str:
    """Write a start tag so that everybody reads it alike, without references."""
    attributes, name = token.attributes, token.name
    is_plain = len(attributes) <= _PLAIN_CHARS and (attributes.isascii() or name not in ("a", "img"))
    if is_plain and token.source.endswith(">") and _PLAIN_ATTRIBUTES.fullmatch(attributes):
        return token.source
    written = []
    for key, value in read_attributes(attributes).items():
        if key not in _ATTRIBUTE_NAMES or (key != "src" and len(value) > MAX_VALUE_CHARS):
            continue
        bare = clean_address(value) if key in ("href", "src") else value
        bare = bare.replace("&", _AMPERSAND).replace('"', _QUOTE)
        written.append(f' {key}="{bare}"')
    return f"<{name}{''.join(written)}>"


def clean_address(value: str) -> str:
    """Return a link or image address without the line breaks that mail programs put into it."""
    return _IN_ADDRESS.sub("", value).strip()


def _write_attributes(attributes: Mapping[str, str]) -> str:
    return "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())


def _close_to(open_names: list[str], name: str) -> Iterator[str]:
    while open_names:
        last = open_names.pop()
        yield f"</{last}>"
        if last == name:
            return


def _close_implied(open_names: list[str], name: str) -> Iterator[str]:
    """End what a parser would end by itself; else it opens formatting again in every block."""
    if name in _TABLE_PARTS:
        while open_names and open_names[-1] not in _IN_TABLE:
            yield f"</{open_names.pop()}>"
    elif name in _ENDS_PARAGRAPH and "p" in open_names:
        yield from _close_up_to(open_names, {"p"}, _PARAGRAPH_BARRIERS)
    if name in _IMPLIED_ENDS:
        yield from _close_up_to(open_names, *_IMPLIED_ENDS[name])


def _close_up_to(open_names: list[str], ends: Set[str], barriers: Set[str]) -> Iterator[str]:
    for open_name in reversed(open_names):
        if open_name in barriers:
            return
        if open_name in ends:
            yield from _close_to(open_names, open_name)
            return


def _filter_attribute(tag: str, name: str, value: str) -> str | None:
    if name == "style":
        return _safe_style(value)
    if name == "href":
        bare = clean_address(value)
        return bare if _SAFE_LINK.match(bare) else None
    if name == "src":
        return _safe_source(value)
    if name == REMOTE_SOURCE:
        return value if value.lower().startswith(("http://", "https://")) else None
    if name == "type" and tag == "blockquote":
        return "cite" if value == "cite" else None
    return value


def _safe_source(value: str) -> str | None:
    bare = clean_address(value)
    lowered = bare[:30].lower()
    if lowered.startswith("//"):
        return f"https:{bare}"
    if lowered.startswith("data:"):
        return bare if _INLINE_IMAGE.fullmatch(bare) else None
    return bare if lowered.startswith(("http://", "https://", "cid:")) else None


def _safe_style(value: str) -> str | None:
    # Mails repeat the same few styles in all their tags.
    return _repeated_style(value) if len(value) <= REPEATED_CHARS else _kept_style(value)


def _kept_style(value: str) -> str | None:
    kept: list[str] = []
    for declaration in value[:10_000].split(";"):
        name, colon, content = declaration.partition(":")
        name, content = name.strip().lower(), content.strip()
        if colon and name in _STYLES and content and _is_safe_value(name, content):
            kept.append(f"{name}: {content}")
    return "; ".join(kept) or None


_repeated_style = lru_cache(maxsize=500)(_kept_style)


def _is_safe_value(name: str, content: str) -> bool:
    lowered = content.lower()
    if _UNSAFE_VALUE.search(lowered):
        return False
    # Negative margins and indents pull text over other text or out of sight.
    return not (name.startswith(("margin", "text-indent", "letter")) and "-" in lowered)


def _place_image(token: Token, *, cid: Mapping[str, str]) -> str:
    if token.kind != "start" or token.name != "img":
        return token.source
    attributes = read_attributes(token.attributes)
    source = attributes.pop("src", "")
    content_id = attributes.pop(INLINE_SOURCE, "")
    if source[:4].lower() == "cid:":
        content_id, source = source[4:].strip("<>"), ""
    if content_id in cid:
        attributes["src"] = cid[content_id]
    elif content_id:
        attributes[INLINE_SOURCE] = content_id
    elif source.lower().startswith("http"):
        attributes[REMOTE_SOURCE] = source
    elif source:
        attributes["src"] = source
    return f"<img{_write_attributes(attributes)}>"
