"""What can go wrong with logos."""

from __future__ import annotations

from atum_desk.kernel.problems import Problem


class LogoRefused(Problem):
    """This cannot become a logo: {why}. Choose a PNG, JPEG or WebP image."""

    status = 422
    code = "logo_refused"


class LogoNotFound(Problem):
    """There is no such logo."""

    status = 404
    code = "logo_not_found"
