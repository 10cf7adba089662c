"""systemd's units: written from templates, enabled, started, and put back as they were."""

from __future__ import annotations

from functools import partial

from atumctl.journal import Inverse
from atumctl.shell import ShellError, last_words, run
from atumctl.site import DEFAULT_PREFIX, Site
from atumctl.steps.changes import Changes
from atumctl.steps.files import write_file
from atumctl.steps.templates import fill, tools_folder

START_SECONDS = 120.0
# Where systemd remembers when a persistent timer last ran; it outlives the timer.
STAMPS = Site(DEFAULT_PREFIX).timer_stamps


def write_units(changes: Changes) -> bool:
    """Write the units that differ and have systemd read them; return whether any did."""
    site = changes.site
    rendered = {unit: render_unit(site, unit) for unit in site.units}
    stale = [unit for unit, text in rendered.items() if _text_of(site, unit) != text]
    if not stale:
        return False
    if running := running_services(site):
        inverse = {"kind": "restart_running", "units": running}
        changes.act("services follow their units", inverse, lambda: None)
    # Written down first, so that it is undone last: when the old files are back.
    changes.act("systemd reads its units anew", {"kind": "reload_systemd"}, lambda: None)
    for unit in stale:
        write_file(changes, site.unit_folder / unit, rendered[unit])
    if not changes.dry_run:
        reload_systemd({})
    return True


def render_unit(site: Site, unit: str) -> str:
    """Return a unit's text for this installation."""
    template = (tools_folder("systemd") / unit).read_text()
    # The preflight refuses an install root with a character that units or nginx give a meaning.
    values = {"PREFIX": str(site.prefix), "DATA": str(site.data), "USER": site.user}
    return fill(template, values)


def enable_unit(changes: Changes, unit: str) -> None:
    """Have a unit start with the machine, unless it does."""
    if is_enabled(unit):
        return
    changes.act(
        f"enable {unit}",
        {"kind": "disable_unit", "unit": unit},
        lambda: run(["systemctl", "enable", "--quiet", unit]),
    )


def start_unit(changes: Changes, unit: str) -> None:
    """Start a unit unless it runs; with Type=notify this waits until it serves."""
    if is_active(unit):
        return
    changes.act(f"start {unit}", {"kind": "stop_unit", "unit": unit}, lambda: start(unit))


def restart_running(changes: Changes) -> None:
    """Restart the services that run, for they run by old units or old settings."""
    for service in running_services(changes.site):
        restart = partial(run, ["systemctl", "restart", service], timeout=START_SECONDS)
        changes.act(f"restart {service}", {"kind": "nothing"}, restart)


def running_services(site: Site) -> list[str]:
    """Return the services of ours that run."""
    return [service for service in site.services if is_active(f"{service}.service")]


def restart_again(inverse: Inverse) -> None:
    """Restart services that ran, so that they run by what was put back."""
    for service in inverse["units"]:
        if is_active(f"{service}.service"):
            run(["systemctl", "restart", service], timeout=START_SECONDS)


def start(unit: str) -> None:
    """Start a unit. Raises ShellError with its own last words when it does not come up."""
    run(["systemctl", "reset-failed", unit], check=False)
    argv = ["systemctl", "start", unit]
    done = run(argv, timeout=START_SECONDS, check=False)
    if not done.ok:
        log = run(["journalctl", "-u", unit, "-n", "8", "-o", "cat", "--no-pager"], check=False)
        raise ShellError(argv, f"{last_words(done)}: {log.stdout.strip()}", done)


def is_active(unit: str) -> bool:
    """Say whether a unit runs."""
    return run(["systemctl", "is-active", "--quiet", unit], check=False).ok


def is_enabled(unit: str) -> bool:
    """Say whether a unit starts with the machine."""
    return run(["systemctl", "is-enabled", "--quiet", unit], check=False).ok


def reload_systemd(inverse: Inverse) -> None:
    """Have systemd read its units."""
    run(["systemctl", "daemon-reload"])


def disable_unit(inverse: Inverse) -> None:
    """Have a unit no longer start with the machine, and a timer leave no stamp."""
    unit = inverse["unit"]
    run(["systemctl", "disable", "--quiet", unit], check=False)
    (STAMPS / f"stamp-{unit}").unlink(missing_ok=True)


def stop_unit(inverse: Inverse) -> None:
    """Stop a unit, by force when it hangs."""
    unit = inverse["unit"]
    try:
        run(["systemctl", "stop", unit], timeout=60, check=False)
    except ShellError:
        run(["systemctl", "kill", "--signal=KILL", unit], check=False, timeout=20)
    run(["systemctl", "reset-failed", unit], check=False)


def _text_of(site: Site, unit: str) -> str | None:
    try:
        return (site.unit_folder / unit).read_text()
    except OSError:
        return None
