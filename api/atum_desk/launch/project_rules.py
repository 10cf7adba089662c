"""Rules of the project that no ready-made tool checks; each is a function that yields offences.

docs/development.md tells the rules to people.
"""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from atum_desk.kernel.config.settings import REPOSITORY
from atum_desk.launch.declaration_rules import slice_offences, web_feature_offences
from atum_desk.launch.sentence_rules import sentence_offences
from atum_desk.launch.syntax_trees import nodes_of, tree_of

API = REPOSITORY / "api"
PACKAGE = API / "atum_desk"
NOT_FEATURES = {"kernel", "mime", "http", "entry", "launch", "demo"}
KNOW_THE_WEB = {"http", "entry"}
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "manager", "managers", "misc", "common"}
LONGEST_FUNCTION_LINES = 40
MAX_FILE_LINES = 400
LONG_FILES = {
    # One table of everything that can be set.
    "api/atum_desk/kernel/config/settings.py",
    # All statements of a slice; a page of them reads as one list.
    "api/atum_desk/fetching/queries.py",
    "api/atum_desk/identity/queries.py",
    "api/atum_desk/outbox/queries.py",
    # Tables of words of many languages.
    "api/atum_desk/mime/quote_words.py",
    # One class with a method for each kind of step.
    "api/tests/laws/desk_histories.py",
    # A case for each table.
    "api/tests/live/test_declared_audiences.py",
    # Tests of one subject, one after the other.
    "api/tests/live/test_live.py",
    "api/tests/mail/test_mail_out.py",
    "api/tests/mail/test_sending.py",
    "api/tests/mime/test_parse_replies.py",
    "api/tests/mime/test_parse_fields.py",
    "api/tests/portal/test_portal.py",
    "api/tests/tickets/test_ticket_routes.py",
}
NOUNS = {"incoming", "forwarding"}
PUBLIC = ["public"]
TEXT_SUFFIXES = {
    *(".py", ".sql", ".toml", ".lock", ".md", ".json", ".ts", ".tsx", ".js", ".mjs", ".css"),
    *(".html", ".sh", ".yml", ".yaml", ".conf", ".service", ".ini", ".txt", ".example", ""),
}
# Spelt in pieces so that this file passes its own rule.
PACKAGE_HOSTS = re.compile(
    r"registry\.npm"
    r"js\.org|files\.python"
    r"hosted\.org|pypi\."
    r"org|registry\.yarn"
    r"pkg\.com"
)
# Between backticks, without a placeholder in it.
NAMED_FILE = re.compile(r"`((?!\S*NNNN)[\w./-]+\.(?:py|ts|tsx|sql|sh|css|toml))`")
# How a decision begins the paragraph that says what is no longer so.
SUPERSEDED = "**Superseded"
# Pictures, and the field's term for each.
AVOIDED_WORDS = {
    "door": "HTTP route, public.py or gate function",
    "doors": "HTTP routes, public.py or gate functions",
    "house": "desk, company or project",
    "houses": "desks or companies",
    "siege": "crash schedule",
    "besieged": "crash schedule",
}
AVOIDED = re.compile(rf"\b({'|'.join(AVOIDED_WORDS)})\b")
# Sample texts, the mail corpus, and what tells of its own time.
ANY_WORDS = ("api/atum_desk/demo/", "api/tests/mime/", "api/tests/outbox/test_text_html.py", "api/migrations/")
LINK = re.compile(r"\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]*))?\)")
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
MACHINE_PATHS = re.compile(r"/wor" r"k/(main|shared)\b|/tmp/at" r"um/")


def broken_code_rules() -> Iterator[str]:
    """Yield one line for each place of the code that breaks a rule about modules, slices or sentences."""
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = tree_of(path)
        where = path.relative_to(REPOSITORY)
        yield from (f"{where}: {said}" for said in _module_offences(path, tree))
    yield from revision_offences(API / "migrations" / "versions")
    yield from sentence_offences(PACKAGE)
    yield from slice_offences(API)
    yield from web_feature_offences(REPOSITORY / "web")


def broken_rules() -> Iterator[str]:
    """Yield one line for each place of the working copy that breaks a rule about files and their words."""
    yield from _hosts_and_paths()
    yield from missing_files(tracked_files())
    yield from avoided_words([name for name in tracked_files() if name.endswith((".py", ".md", ".ts", ".tsx"))])
    yield from dead_links([name for name in tracked_files() if name.endswith(".md")])
    yield from name_offences([name for name in tracked_files() if name.endswith(".py")])
    yield from _missing_from_locks()


def _module_offences(path: Path, tree: ast.Module) -> Iterator[str]:
    if path.stem in VAGUE_NAMES:
        yield f"'{path.stem}' says nothing; name the module after what it holds"
    if path.name.endswith("routes.py"):
        yield from checks_in_routes(tree)
    if path.name != "feature.py":
        yield from jobs_named_by_strings(path.relative_to(PACKAGE), tree, declared_jobs())
    yield from long_functions(tree)
    yield from foreign_imports(path.relative_to(PACKAGE), tree)


@cache
def declared_jobs() -> frozenset[str]:
    """Return the names of the jobs that the slices declare."""
    texts = [path.read_text(encoding="utf-8") for path in PACKAGE.glob("*/feature.py")]
    return frozenset(name for text in texts for name in re.findall(r'JobType\(\s*name="([a-z_.]+)"', text))


def jobs_named_by_strings(where: Path, tree: ast.Module, jobs: frozenset[str]) -> Iterator[str]:
    """Yield the places outside of a declaration that name or make a job by a string of their own."""
    # A change may have the same name as the job that makes it.
    commands = {
        id(argument)
        for node in nodes_of(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "writing"
        for argument in node.args
    }
    for node in nodes_of(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in commands:
            for name in sorted(jobs):
                if node.value == name or f"'{name}'" in node.value:
                    yield f"{node.lineno}: names the job {name} by a string; take its declaration"
        elif isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called == "enqueue" and node.args and isinstance(node.args[0], ast.Constant | ast.JoinedStr):
                yield f"{node.lineno}: names a job by a string; take its declaration"
            if called == "JobType" and where.parts[0] != "kernel":
                yield f"{node.lineno}: a job is declared in the feature.py of its slice"


def long_functions(tree: ast.Module) -> Iterator[str]:
    """Yield the functions whose body, without its docstring, is longer than allowed."""
    for node in nodes_of(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            lines = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
            if lines > LONGEST_FUNCTION_LINES:
                yield f"{node.lineno}: {node.name} has {lines} lines of {LONGEST_FUNCTION_LINES}"


def name_offences(names: list[str]) -> Iterator[str]:
    """Yield files named by a gerund or too long, and classes whose name stands twice in the tree."""
    places: dict[str, str] = {}
    for name in names:
        text = (REPOSITORY / name).read_text(encoding="utf-8")
        lines = text.count("\n")
        if lines > MAX_FILE_LINES and name not in LONG_FILES:
            yield f"{name}: has {lines} lines of {MAX_FILE_LINES}"
        stem = Path(name).stem
        if stem.endswith("ing") and stem not in NOUNS and "tests/" not in name and "migrations/" not in name:
            yield f"{name}: is named by a gerund; name it after the thing"
        for found in re.findall(r"^class (\w+)", text, re.MULTILINE):
            if found in places:
                yield f"{name}: class {found} stands in {places[found]} as well"
            places[found] = name


def checks_in_routes(tree: ast.Module) -> Iterator[str]:
    """Yield the places where a route checks a permission itself instead of declaring it."""
    for node in nodes_of(tree):
        if isinstance(node, ast.Attribute) and node.attr in ("require", "require_any", "may"):
            yield f"{node.lineno}: a route declares who may call it (opt=needs(...)) and checks nothing"


def foreign_imports(where: Path, tree: ast.Module) -> Iterator[str]:
    """Yield imports past another feature's public.py, and of the web framework outside its place.

    `where` is the module's path inside the package.
    """
    own = where.parts[0]
    for line, module in _imports(tree):
        parts = module.split(".")
        is_web = parts[0] == "litestar" or parts[:2] == ["atum_desk", "http"]
        if is_web and own not in KNOW_THE_WEB and not where.name.endswith("routes.py"):
            yield f"{line}: only routes.py, http/ and entry/ may import {module}"
        if parts[0] != "atum_desk" or len(parts) < 2 or own in NOT_FEATURES:
            continue
        foreign = parts[1] not in NOT_FEATURES and parts[1] != own
        if foreign and parts[2:3] != PUBLIC:
            yield f"{line}: {module} is another feature's; import from its public.py"


def _imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in nodes_of(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            if node.module.count(".") == 1 and node.module.startswith("atum_desk."):
                # `from atum_desk.tickets import public` names the module last.
                yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)
            else:
                yield node.lineno, node.module


def _hosts_and_paths() -> Iterator[str]:
    for name in tracked_files():
        path = REPOSITORY / name
        if path.suffix not in TEXT_SUFFIXES or not path.is_file():
            continue
        text = path.read_text(errors="replace")
        for found in PACKAGE_HOSTS.finditer(text):
            yield f"{name}:{_line_of(text, found)}: names a package registry's host"
        for found in MACHINE_PATHS.finditer(text):
            yield f"{name}:{_line_of(text, found)}: names a path of one machine"


def _line_of(text: str, found: re.Match[str]) -> int:
    return text.count("\n", 0, found.start()) + 1


def tracked_files() -> list[str]:
    """Return the names of all files that git has or would take."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY,
        check=False,
        capture_output=True,
        text=True,
    )
    return sorted(set(listed.stdout.split("\0")) - {""})


def missing_files(names: list[str]) -> Iterator[str]:
    """Yield the files that a page names and the tree does not have; a decision may, once it says what came after."""
    # Each name and what remains of it without its first folders.
    ends = {name[start:] for name in names for start in (0, *(at + 1 for at, one in enumerate(name) if one == "/"))}
    for page in names:
        if not page.endswith(".md") or page.startswith("CHANGELOG"):
            continue
        text = (REPOSITORY / page).read_text(encoding="utf-8")
        if page.startswith("docs/adr/") and SUPERSEDED in text:
            continue
        for named in dict.fromkeys(NAMED_FILE.findall(text)):
            if named not in ends:
                yield f"{page}: there is no {named}"


def avoided_words(names: list[str]) -> Iterator[str]:
    """Yield the lines of code and pages that say a picture where the field has a term."""
    for name in names:
        # This file and its test name the words, and the glossary says what not to say.
        if name.startswith(ANY_WORDS) or name.endswith(("project_rules.py", "glossary.md")):
            continue
        text = (REPOSITORY / name).read_text(encoding="utf-8")
        for found in AVOIDED.finditer(text):
            word = found.group()
            yield f"{name}:{_line_of(text, found)}: says {word}; the word is {AVOIDED_WORDS[word]}"


def dead_links(pages: list[str]) -> Iterator[str]:
    """Yield the links of pages to a file or heading that the tree does not have."""
    for page in pages:
        path = REPOSITORY / page
        for target, heading in dict.fromkeys(LINK.findall(path.read_text(encoding="utf-8"))):
            linked = path.parent / target if target else path
            if not linked.exists():
                yield f"{page}: links to {target}, which there is not"
            elif heading and heading not in _headings(linked):
                yield f"{page}: {linked.name} has no heading #{heading}"


def _headings(page: Path) -> set[str]:
    found = HEADING.findall(page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", one.strip().lower()).replace(" ", "-") for one in found}


def _missing_from_locks() -> Iterator[str]:
    """Yield the dependencies that pyproject.toml asks for and a lock file does not hold."""
    project = tomllib.loads((API / "pyproject.toml").read_text())
    runtime = project["project"]["dependencies"]
    wanted = {"requirements.lock": runtime, "requirements-dev.lock": [*runtime, *project["dependency-groups"]["dev"]]}
    for lock, requirements in wanted.items():
        pinned = re.findall(r"^([A-Za-z0-9._-]+)==", (API / lock).read_text(), re.MULTILINE)
        names = {_normal(name) for name in pinned}
        for requirement in requirements:
            name = _normal(re.split(r"[\[<>=!~; ]", requirement)[0])
            if name not in names:
                yield f"api/{lock}: lacks {name}, which pyproject.toml asks for"


def revision_offences(versions: Path) -> Iterator[str]:
    """Yield what keeps the migrations from being one line from first to last, each with its SQL."""
    modules = sorted(versions.glob("*.py"))
    before = None
    for path in modules:
        found = dict(re.findall(r'^(\w*revision) = "?(\w+)"?', path.read_text(), re.MULTILINE))
        name = path.name.partition("_")[0]
        if found.get("revision") != name:
            yield f"{path.name}: its revision must be {name}"
        if found.get("down_revision") != str(before):
            yield f"{path.name}: its down_revision must be {before}, for there is one head"
        if not path.with_suffix(".sql").exists():
            yield f"{path.name}: {path.stem}.sql is missing"
        before = name
    for path in sorted(versions.glob("*.sql")):
        if not path.with_suffix(".py").exists():
            yield f"{path.name}: {path.stem}.py is missing"


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
