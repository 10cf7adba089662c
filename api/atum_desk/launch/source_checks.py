"""What `./atum check` asks ready-made tools about the sources: dead code, secrets, licences."""

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from atum_desk.kernel.config.settings import REPOSITORY
from atum_desk.launch.project_rules import API, TEXT_SUFFIXES, tracked_files

WEB = REPOSITORY / "web"
# Without the tests: what nothing but its test calls is dead.
PRODUCT = (API / "atum_desk", API / "migrations", REPOSITORY / "bench", REPOSITORY / "infra" / "atumctl")
# Fields of structs are read by whoever gets the JSON, attributes by libraries.
SEEN_BY_OTHERS = ("variable", "attribute")
ALLOWED_SECRET = "pragma: allowlist secret"
# A password that a program puts in, and one that a text shows the place of.
EXAMPLES = re.compile(r"\{|://user:password@")
LONGEST_SCANNED_BYTES = 2_000_000
KNOWN_CLEAN = REPOSITORY / "data" / "checks" / "clean_of_secrets.txt"
# Each may be distributed with a work under AGPL-3.0-or-later.
ALLOWED_LICENCES = re.compile(
    r"MIT|BSD|Apache|ISC|MPL|Mozilla Public|Python Software Foundation|PSF|Python-2.0|Unlicense|"
    r"CC0|0BSD|OFL-1.1|AGPL-3.0-or-later|LGPL|DFSG approved|Zlib",
    re.IGNORECASE,
)
# What these say of their licence is not in a field that is read by programs; looked at by hand.
KNOWN_LICENCES = {"IMAPClient": "BSD-3-Clause"}


def dead_code() -> Iterator[str]:
    """Yield the functions, classes, methods and imports that nothing in the product uses."""
    from vulture import Vulture

    given = tomllib.loads((API / "pyproject.toml").read_text())["tool"]["vulture"]
    found = Vulture(ignore_names=given["ignore_names"], ignore_decorators=given["ignore_decorators"])
    found.scavenge([path for path in PRODUCT if path.exists()])
    for item in found.get_unused_code():
        if item.typ not in SEEN_BY_OTHERS:
            where = Path(item.filename).relative_to(REPOSITORY)
            yield f"{where}:{item.first_lineno}: {item.message}"


def secrets_in(path: Path) -> Iterator[str]:
    """Yield the lines of a file that look like a key, a token or a password in an address."""
    if path.stat().st_size > LONGEST_SCANNED_BYTES:
        return
    text = path.read_bytes().decode("utf-8", errors="replace")
    for kind, pattern in _secret_patterns():
        for match in pattern.finditer(text):
            line = text[text.rfind("\n", 0, match.start()) + 1 :].split("\n", 1)[0]
            if ALLOWED_SECRET not in line and not EXAMPLES.search(match.group()):
                yield f"{text.count(chr(10), 0, match.start()) + 1}: looks like a secret ({kind})"


def committed_secrets(known: Path = KNOWN_CLEAN) -> Iterator[str]:
    """Yield what looks like a secret in any file that git has or would take.

    Contents that were clean before are not searched again; `known` keeps their digests.
    """
    clean_before = _read_digests(known)
    clean: set[str] = set()
    for name in tracked_files():
        path = REPOSITORY / name
        if path.is_file() and path.suffix in TEXT_SUFFIXES:
            digest = sha256(path.read_bytes()).hexdigest()
            found = [] if digest in clean_before else list(secrets_in(path))
            yield from (f"{name}:{said}" for said in found)
            if not found:
                clean.add(digest)
    known.parent.mkdir(parents=True, exist_ok=True)
    known.write_text("\n".join([_rules_of_secrets(), *sorted(clean)]), encoding="utf-8")


def _read_digests(known: Path) -> set[str]:
    """Return the digests that were written under the rules in force; none otherwise."""
    if not known.exists():
        return set()
    rules, *digests = known.read_text(encoding="utf-8").split("\n")
    return set(digests) if rules == _rules_of_secrets() else set()


def _rules_of_secrets() -> str:
    """Return what changes with the detectors and with this module."""
    return f"{version('detect-secrets')} {sha256(Path(__file__).read_bytes()).hexdigest()}"


def foreign_licences() -> Iterator[str]:
    """Yield the dependencies whose licence does not go with ours, or is not known."""
    asked = subprocess.run(
        [sys.executable, "-m", "piplicenses", "--format=json", "--from=mixed"],
        check=True,
        capture_output=True,
        text=True,
    )
    for package in json.loads(asked.stdout):
        licence = KNOWN_LICENCES.get(package["Name"], package["License"])
        if not ALLOWED_LICENCES.search(licence):
            yield f"{package['Name']} {package['Version']}: {licence[:60]}"
    lock = json.loads((WEB / "package-lock.json").read_text())
    for place, package in lock["packages"].items():
        if not ALLOWED_LICENCES.search(package.get("license", "")):
            yield f"{place}: {package.get('license', 'no licence named')}"


def _secret_patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Yield the patterns of detect-secrets' detectors of keys and tokens.

    Its own scan asks each of them about every line, which takes a minute; asked about whole files
    they take a second.
    """
    from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class
    from detect_secrets.plugins.base import RegexBasedDetector

    detector: Any
    for kind, detector in get_mapping_from_secret_type_to_class().items():
        # The one of words before a value takes texts of the catalogue for secrets.
        if issubclass(detector, RegexBasedDetector) and kind != "Public IP (ipv4)":
            yield from ((kind, pattern) for pattern in detector.denylist)
