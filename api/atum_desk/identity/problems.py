"""What can go wrong with people, teams and signing in."""

from __future__ import annotations

from atum_desk.identity.notices import PasswordWeakness
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
    """There is no such session or token, or it has ended."""

    status = 404
    code = "session_not_found"


class GrantTooWide(Problem):
    """Nobody can give, change or take away what they do not have: you lack {missing}."""

    status = 403
    code = "grant_too_wide"


class LastAdministrator(Problem):
    """This is the last administrator who can sign in and sees all teams. Make somebody else administrator first."""

    status = 409
    code = "last_administrator"


class NoSuchPermission(Problem):
    """There is no permission {permission} that you could give to a token."""

    status = 422
    code = "no_such_permission"


class TooManyTokens(Problem):
    """You have {limit} tokens, which is as many as one person can have. Revoke one that is not used."""

    status = 409
    code = "too_many_tokens"


class WeakPassword(Problem):
    """This password would be guessed too soon: {why}. Choose a longer one; several unrelated words will do."""

    status = 422
    code = "weak_password"

    def __init__(self, field: str, reason: str) -> None:
        """Take the request's field, and why it is weak as a key of PasswordWeakness."""
        super().__init__(why=PasswordWeakness(reason), reason=reason)
        told = {"code": self.code, "parameters": self.parameters}
        self.data["errors"] = [{"field": field, "message": self.detail, **told}]
