"""`./atum up` with fake services in place of the real ones, for the supervisor's tests.

usage: fake_up.py MANNER_OF_THE_WORKER; settings come from the environment.
"""

import asyncio
import sys
from pathlib import Path

from atum_desk.kernel.config.settings import load_settings
from atum_desk.launch.announcement import Announcer
from atum_desk.launch.children import Child
from atum_desk.launch.postgres import EmbeddedPostgres
from atum_desk.launch.preflight import check_ports, hold_data_folder
from atum_desk.launch.problems import LaunchError
from atum_desk.launch.supervisor import Supervisor, child_environment, ending_on_signals

SERVICE = str(Path(__file__).with_name("fake_service.py"))


def main() -> None:
    """Start PostgreSQL and three fakes, print the line of JSON, and wait for a signal."""
    settings = load_settings()
    manner = sys.argv[1] if len(sys.argv) > 1 else "ready"
    with ending_on_signals(), hold_data_folder(settings):
        check_ports(settings)
        postgres = EmbeddedPostgres(settings)
        environment = child_environment(settings, postgres.start())
        announcer = Announcer(settings, as_json=True)
        ports = {"api": settings.api_port, "live": settings.live_port, "worker": settings.smtp_port}
        children = [
            Child(
                name,
                [sys.executable, SERVICE, str(port), manner if name == "worker" else "ready"],
                environment,
                announcer.line,
            )
            for name, port in ports.items()
        ]
        try:
            asyncio.run(Supervisor(settings, children, postgres, announcer).run("first password"))
        except LaunchError as error:
            sys.exit(f"atum: {error}")
        finally:
            postgres.stop()


if __name__ == "__main__":
    main()
