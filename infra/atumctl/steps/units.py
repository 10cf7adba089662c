"""systemd's units: written from templates, enabled, started, and put back as they were."""

from __future__ import annotations

from functools import partial

from atumctl.core.journal import Inverse
from atumctl.core.shell import ShellError, last_words, run
from atumctl.core.site import DEFAULT_PREFIX, Site
from atumctl.steps import mail_port
from atumctl.steps.changes import Changes
from atumctl.steps.files import remove_file, write_file
from atumctl.steps.templates import fill, tools_folder

START_SECONDS = 120.0
# Where systemd remembers when a persistent timer last ran; it outlives the timer.
STAMPS = Site(DEFAULT_PREFIX).timer_stamps


def write_units(changes: Changes) -> list[str]:
    """Write the units that differ and have systemd read them; return what is to restart.

    Those are the units that differ, and the mail socket where the worker runs without it.
    """
    site = changes.site
    rendered = {unit: render_unit(site, unit) for unit in site.units}
    stale = [unit for unit, text in rendered.items() if _text_of(site, unit) != text]
    if not stale:
        return [site.mail_socket] if _lacks_socket(site) else []
    if running := running_services(site):
        sockets = [site.mail_socket] if is_active(site.mail_socket) else []
        inverse = {"kind": "restart_running", "units": [*sockets, *running]}
        changes.act("services start by their new units", inverse, lambda: None)
    # Written down first, so that it is undone last: when the old files are back.
    changes.act("systemd reads its units again", {"kind": "reload_systemd"}, lambda: None)
    for unit in stale:
        text = rendered[unit]
        if text is None:
            _remove_unit(changes, unit)
        else:
            write_file(changes, site.unit_folder / unit, text)
    if not changes.dry_run:
        reload_systemd({})
    return stale


def render_unit(site: Site, unit: str) -> str | None:
    """Return a unit's text for this installation; None for one that it has no use for."""
    template = tools_folder("systemd") / unit
    if unit == site.mail_socket:
        return mail_port.render(template, site)
    # The preflight refuses an install root with a character that units or nginx give a meaning.
    values = {"PREFIX": str(site.prefix), "DATA": str(site.data), "USER": site.user}
    return fill(template.read_text(), values)


def enable_unit(changes: Changes, unit: str) -> None:
    """Have a unit start with the machine, unless it does."""
    if is_enabled(unit):
        return
    changes.act(
        f"enable {unit}", {"kind": "disable_unit", "unit": unit}, lambda: run(["systemctl", "enable", "--quiet", unit])
    )


def start_unit(changes: Changes, unit: str) -> None:
    """Start a unit unless it runs; with Type=notify this waits until it serves."""
    if is_active(unit):
        return
    sockets = [one for one in sockets_of(changes.site, unit) if not is_active(one)]
    inverse = {"kind": "stop_unit", "unit": unit, "sockets": sockets}
    changes.act(f"start {unit}", inverse, lambda: start(unit, *sockets))


def sockets_of(site: Site, unit: str) -> list[str]:
    """Return the sockets that belong to a service: they start before it and stop before it."""
    has_socket = (site.unit_folder / site.mail_socket).exists()
    return [site.mail_socket] if has_socket and unit == f"{site.worker}.service" else []


def restart_running(changes: Changes, stale: list[str]) -> None:
    """Restart the services that run, for they run by old units or old settings.

    A socket keeps its port open, unless it is `stale` itself.
    """
    site = changes.site
    running = running_services(site)
    for service in running:
        sockets = [one for one in sockets_of(site, f"{service}.service") if one in stale]
        opened = [one for one in sockets if not is_active(one)]
        inverse = {"kind": "stop_unit", "unit": opened[0]} if opened else {"kind": "nothing"}
        step = f"restart {' and '.join([service, *sockets])}"
        changes.act(step, inverse, partial(restart, service, *sockets))
    if site.mail_socket in stale and site.worker not in running and is_active(site.mail_socket):
        again = partial(run, ["systemctl", "restart", site.mail_socket], timeout=START_SECONDS)
        changes.act(f"restart {site.mail_socket}", {"kind": "nothing"}, again)


def restart(service: str, *sockets: str) -> None:
    """Restart a service, and these sockets of it anew. Raises ShellError when one does not start.

    A socket does not start while its service runs, and systemctl asks for one unit after the
    other; so it stops first, and the service, which wants it, starts it between its end and start.
    """
    for one in sockets:
        run(["systemctl", "stop", one], timeout=START_SECONDS)
    run(["systemctl", "restart", service], timeout=START_SECONDS)
    for one in sockets:
        if not is_active(one):
            run(["systemctl", "start", one], timeout=START_SECONDS)


def running_services(site: Site) -> list[str]:
    """Return the services of ours that run."""
    return [service for service in site.services if is_active(f"{service}.service")]


def restart_again(inverse: Inverse) -> None:
    """Restart services that ran, so that they run by what was put back."""
    sockets = [one for one in inverse["units"] if one.endswith(".socket")]
    for service in inverse["units"]:
        if is_active(f"{service}.service"):
            is_worker = service == Site.worker
            restart(service, *(sockets if is_worker else ()))


def start(unit: str, *sockets: str) -> None:
    """Start a unit, and its sockets before it. Raises ShellError with its own last words."""
    run(["systemctl", "reset-failed", *sockets, unit], check=False)
    argv = ["systemctl", "start", *sockets, unit]
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


def enable_again(inverse: Inverse) -> None:
    """Have a unit start with the machine again."""
    run(["systemctl", "enable", "--quiet", inverse["unit"]])


def stop_unit(inverse: Inverse) -> None:
    """Stop a unit, by force when it hangs; its sockets before it, or they would start it again."""
    unit = inverse["unit"]
    for one in inverse.get("sockets", ()):
        run(["systemctl", "stop", one], check=False, timeout=20)
    try:
        run(["systemctl", "stop", unit], timeout=60, check=False)
    except ShellError:
        run(["systemctl", "kill", "--signal=KILL", unit], check=False, timeout=20)
    run(["systemctl", "reset-failed", unit], check=False)


def _lacks_socket(site: Site) -> bool:
    service = f"{site.worker}.service"
    return is_active(service) and not all(map(is_active, sockets_of(site, service)))


def _remove_unit(changes: Changes, unit: str) -> None:
    stop = partial(run, ["systemctl", "disable", "--now", "--quiet", unit])
    changes.act(f"stop {unit}", {"kind": "enable_unit", "unit": unit}, stop)
    remove_file(changes, changes.site.unit_folder / unit)


def _text_of(site: Site, unit: str) -> str | None:
    try:
        return (site.unit_folder / unit).read_text()
    except OSError:
        return None
