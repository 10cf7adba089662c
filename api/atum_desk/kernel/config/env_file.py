"""Files of NAME=value lines, as `api/.env` is one."""

from collections.abc import Collection
from difflib import get_close_matches
from pathlib import Path

from atum_desk.kernel.config.setting_kinds import SettingError

# Names of the server's own tool (infra/atumctl), which shares the file; it says what they may be.
OF_THE_TOOL = "ATUM_OPS_"


def read_env_file(path: Path, known: Collection[str], prefix: str) -> dict[str, str]:
    """Return the assignments of a file; quotes around a value and comments are dropped.

    A missing file has none. Raises SettingError for a line that is neither an assignment nor a
    comment, and for a name that starts with `prefix` but is not among the `known`.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(f"{path} cannot be read: {error}.") from error
    found = {}
    for number, line in enumerate(lines, 1):
        statement = line.strip().removeprefix("export ").strip()
        if not statement or statement.startswith("#"):
            continue
        name, equals, value = (part.strip() for part in statement.partition("="))
        if not equals:
            raise SettingError(f"Line {number} of {path} must be NAME=value.")
        if name.startswith(OF_THE_TOOL):
            continue
        if name.startswith(prefix) and name not in known:
            raise SettingError(f"{name} in {path} is no setting; {_suggestion(name, known)}.")
        found[name] = _unquoted(value)
    return found


def _suggestion(name: str, known: Collection[str]) -> str:
    close = get_close_matches(name, known, n=1)
    return f"the nearest is {close[0]}" if close else "./atum settings lists them all"


def _unquoted(value: str) -> str:
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return value.partition(" #")[0].rstrip()
