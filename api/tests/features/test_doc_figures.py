"""A figure that a page tells is the constant of the code: changing one without the other fails here."""

from __future__ import annotations

import importlib

import pytest

from atum_desk.kernel.config.settings import REPOSITORY

# The words of the page around the figure, the module below `atum_desk`, its constant, and what it is divided by.
FIGURES: dict[str, list[tuple[str, str, str, float]]] = {
    "accounts.md": [
        ("A person has at most {} tokens", "identity.commands", "MAX_TOKENS", 1),
        ("at least {} of 4 by zxcvbn", "identity.password_strength", "REQUIRED_SCORE", 1),
        ("must have {} characters", "identity.password_strength", "MIN_LENGTH_BESIDES_OWN_WORDS", 1),
        ("The first {} characters are estimated", "identity.password_strength", "ESTIMATED_LENGTH", 1),
    ],
    "adr/0018-mail-is-read-in-child-processes.md": [
        ("is replaced after {} tasks", "sandbox.pool", "MOST_TASKS", 1),
        ("tasks or {} MB", "sandbox.pool", "MOST_PEAK_BYTES", 1_000_000),
    ],
    "adr/0025-a-logo-is-pixels.md": [
        ("more than {} million pixels", "sandbox.logo_image", "MAX_PIXELS", 1_000_000),
        ("image of at most {} MB", "logos.commands", "MAX_UPLOAD_BYTES", 1_000_000),
        ("WebP of at most {} kB", "sandbox.logo_image", "MAX_BYTES", 1_000),
    ],
    "conditions.md": [
        ("walked for more than {} seconds", "tickets.queries.conditions", "LIST_SECONDS", 1),
        ("{} characters, ", "conditions.tokens", "MAX_CHARACTERS", 1),
        ("{} comparisons", "conditions.models", "MAX_LEAVES", 1),
        ("groups {} deep", "conditions.models", "MAX_DEPTH", 1),
        ("{} values of one comparison", "conditions.models", "MAX_VALUES", 1),
    ],
    "ledger.md": [
        ("at most once in {} ms", "kernel.ledger.bell", "QUIET_SECONDS", 0.001),
        ("looks again after {} ms", "kernel.ledger.tail", "FIRST_POLL_SECONDS", 0.001),
        ("the first {} row changes", "kernel.ledger.lane_batch", "MOST_ROWS", 1),
        ("with {} changes at most", "history.queries", "MOST_CHANGES", 1),
        ("has lasted {} days", "kernel.ledger.parts", "PART_DAYS", 1),
        ("and holds {} GiB", "kernel.ledger.parts", "PART_BYTES", 1 << 30),
        ("a quarter of that time, {} to", "kernel.ledger.parts", "SHORTEST_PART_DAYS", 1),
        ("A stopping worker gives jobs {} seconds", "entry.worker", "GRACE_SECONDS", 1),
        ("come back after {} to", "kernel.jobs.schedules", "LOST_AFTER_SECONDS", 1),
    ],
    "live.md": [
        ("(over {} changes, or", "live.hub", "MOST_MISSED", 1),
        ("or over {} tickets whose rows", "live.hub", "MOST_ROWS_MISSED", 1),
        ("committed within {} ms", "live.hub", "GATHER_SECONDS", 0.001),
        ("up to {} in a frame", "live.frames", "MOST_CHANGES_IN_A_FRAME", 1),
        ("every {} s; silence", "live.hub", "PING_SECONDS", 1),
        ("silence for {} s ends", "live.hub", "SILENCE_SECONDS", 1),
        ("{} not signed in", "live.client", "SIGNED_OUT", 1),
        ("{} displaced by newer windows", "live.client", "DISPLACED", 1),
        ("{} too many connections", "live.client", "CROWDED", 1),
        ("{} too many frames", "live.client", "TOO_MUCH", 1),
        ("larger than {} KB", "live.server", "LARGEST_FRAME_BYTES", 1024),
        ("The last {} events of a workspace", "live.recent_frames", "LENGTH", 1),
        ("Whoever leaves {} MB unread", "live.client", "LARGEST_UNSENT_BYTES", 1 << 20),
        ("every {} seconds, and whenever a change touches people", "live.hub", "RECHECK_SECONDS", 1),
        ("{} seconds without a sign", "live.presence", "LASTS_SECONDS", 1),
    ],
    "mail.md": [
        ("up to {} mails or", "mail.receiving.receive", "BATCH_MAILS", 1),
        ("mails or {} MB)", "mail.receiving.receive", "BATCH_BYTES", 1 << 20),
        ("a batch gathers for {} ms", "mail.receiving.receive", "GATHER_SECONDS", 0.001),
        ("send {} mails a minute", "mail.receiving.limits", "MAX_MAILS_OF_PEER", 1),
        ("more than {} MB of large mail", "mail.receiving.limits", "MAX_BYTES_ON_THE_WAY", 1 << 20),
        ("{} at once, 50 of them", "mail.receiving.connection_limits", "MAX_CONNECTIONS", 1),
        ("at once, {} of them for the trusted", "mail.receiving.connection_limits", "RESERVED_CONNECTIONS", 1),
        ("An address may hold {}, a network", "mail.receiving.connection_limits", "MAX_CONNECTIONS_OF_ADDRESS", 1),
        ("one address) {}, a trusted", "mail.receiving.connection_limits", "MAX_CONNECTIONS_OF_NETWORK", 1),
        ("a trusted relay {}.", "mail.receiving.connection_limits", "MAX_CONNECTIONS_OF_RELAY", 1),
        ("ends after {} minutes whatever", "mail.receiving.limits", "USELESS_CONNECTION_SECONDS", 60),
        ("({} kB/s while the memory", "mail.receiving.limits", "MIN_BYTES_PER_SECOND_IN_NEED", 1024),
        ("no more than {} wait", "mail.receiving.traffic", "BURST_MAILS", 1),
        ("filed within {} s at the pace", "mail.receiving.traffic", "MOST_WAITING_SECONDS", 1),
        ("The first {} addresses of To and Cc", "mail.filing.classify", "MOST_PEOPLE", 1),
        ("or the mail is above {} MB", "mail.sender_checks.verify_sender", "LARGEST_SIGNED_BYTES", 1_000_000),
        ("given up after {} attempts", "mail.feature", "PATIENCE", 1),
        ("bytes above {} kB when their turn", "mail.filing.waiting_mail", "LARGEST_BATCHED_BYTES", 1024),
    ],
    "mail-fetching.md": [
        ("looks every {} s at what", "fetching.service", "LOOK_SECONDS", 1),
        ("strides ({}; wider", "fetching.folder_reader", "STRIDE", 1),
        ("batches of at most {} mails", "fetching.folder_reader", "BATCH_MAILS", 1),
        ("in pieces of {} MB", "fetching.connection", "PIECE_BYTES", 1 << 20),
        ("renewed every {} minutes", "fetching.folder_reader", "IDLE_SECONDS", 60),
        ("its last {} lines", "fetching.queries", "LINES_KEPT", 1),
        ("doubling to {} min", "fetching.fetcher", "LONGEST_BACK_OFF_SECONDS", 60),
    ],
    "mail-parsing.md": [
        ("more than {} references", "mime.headers", "MAX_IDS", 1),
        ("the first {} fields", "mime.parse", "MAX_HEADERS_KEPT", 1),
        ("at most {} characters, and the HTML", "mime.parse", "STUB_CHARACTERS", 1),
        ("at most {} and 30 MB", "mime.markup", "MAX_IMAGES", 1),
        ("and {} MB", "mime.markup", "MAX_IMAGE_BYTES", 1_000_000),
        ("to {} million characters", "mime.markup", "MAX_HTML_CHARS", 1_000_000),
        ("and {} tags", "mime.markup", "MAX_TAGS", 1),
        ("Runs of {} encoded", "mime.message", "ENCODED_RUN_CHARACTERS", 1),
    ],
    "mail-sending.md": [
        ("({} min, doubling", "outbox.relays.retry", "FIRST_SECONDS", 60),
        ("doubling to {} h", "outbox.relays.retry", "LONGEST_SECONDS", 3600),
        ("closed after {} s without", "outbox.relays.connections", "IDLE_SECONDS", 1),
        ("at most {} characters of text", "outbox.compose.quoted_history", "MAX_QUOTED_CHARS", 1),
        ("HTML above {} is quoted", "outbox.compose.quoted_history", "MAX_QUOTED_HTML_CHARS", 1),
        ("an RSA-{} or Ed25519", "outbox.compose.signing_keys", "RSA_BITS", 1),
    ],
    "quarantine.md": [
        ("is tried every {} seconds", "mail.sender_checks.examine", "SCANNER_RETRY_SECONDS", 1),
        ("at most the first {} MB", "mail.quarantine.preview", "READ_BYTES", 1_000_000),
    ],
    "search.md": [
        ("excerpt of at most {} characters", "tickets.queries.excerpts", "EXCERPT_CHARS", 1),
        ("the newest {} ids first", "tickets.queries.search", "FIRST_SPAN", 1),
        ("A text of more than {} characters", "tickets.queries.excerpts", "WINDOW_CHARS", 1),
        ("{} words", "tickets.queries.search_words", "MOST_WORDS", 1),
        ("{} candidates read by one request that has", "tickets.queries.search", "ENOUGH_EXAMINED", 1),
        ("{} candidates read by one request without", "tickets.queries.search", "MOST_EXAMINED", 1),
    ],
    "uploads.md": [
        ("{} uploads at once for each person", "files.upload_slots", "MOST_OF_ONE", 1),
        ("{} seconds without a byte", "files.upload", "STALL_SECONDS", 1),
        ("Other bodies have {} MB", "http.middleware", "LARGEST_BODY_BYTES", 1_000_000),
        ("writes pieces of {} KB", "files.partial_files", "WRITE_BYTES", 1024),
        ("looks at its first {} KB", "files.content_types", "HEAD_BYTES", 1024),
    ],
}
TOLD = [(page, *one) for page, figures in FIGURES.items() for one in figures]


@pytest.mark.parametrize(("page", "words", "module", "constant", "unit"), TOLD, ids=str)
def test_a_page_tells_the_constant(page: str, words: str, module: str, constant: str, unit: float) -> None:
    value = round(getattr(importlib.import_module(f"atum_desk.{module}"), constant) / unit, 6)
    text = (REPOSITORY / "docs" / page).read_text(encoding="utf-8")
    told = words.format(f"{value:,.10g}")
    assert told in text or words.format(f"{value:.10g}") in text, f"{page} does not say: {told}"
