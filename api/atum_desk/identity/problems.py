"""What can go wrong with people, teams and signing in."""

from __future__ import annotations

from atum_desk.kernel.problems import Problem


class SignInFailed(Problem):
    """The e-mail address or the password is not right."""

    status = 401
    code = "sign_in_failed"


class PersonNotFound(Problem):
    """There is no such person."""

    status = 404
    code = "person_not_found"


class RoleNotFound(Problem):
    """There is no such role."""

    status = 422
    code = "role_not_found"


class TeamNotFound(Problem):
    """There is no such team, or you may not see it."""

    status = 404
    code = "team_not_found"


class SessionNotFound(Problem):
    """You have no such session."""

    status = 404
    code = "session_not_found"


class GrantTooWide(Problem):
    """Nobody can grant what they do not have: you lack {missing}."""

    status = 403
    code = "grant_too_wide"


class LastAdministrator(Problem):
    """This is the last administrator who can sign in. Make somebody else administrator first."""

    status = 409
    code = "last_administrator"


class NoSuchPermission(Problem):
    """There is no permission {permission} that you could give to a token."""

    status = 422
    code = "no_such_permission"
