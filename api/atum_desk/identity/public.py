"""What other slices may use of identity."""

from atum_desk.identity.commands import OpenedSession, start_session
from atum_desk.identity.models import FirstSignIn, NamedRef
from atum_desk.identity.passwords import hash_password, make_password
from atum_desk.identity.permissions import BUILT_IN_ROLES
from atum_desk.identity.schemas import Email, Name
from atum_desk.identity.seed import seed_workspace

__all__ = [
    "BUILT_IN_ROLES",
    "Email",
    "FirstSignIn",
    "Name",
    "NamedRef",
    "OpenedSession",
    "hash_password",
    "make_password",
    "seed_workspace",
    "start_session",
]
