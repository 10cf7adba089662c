"""What other slices may use of identity."""

from atum_desk.identity.built_in_roles import renew_built_in_roles
from atum_desk.identity.commands import OpenedSession, give_password, reset_password_of, start_link_session
from atum_desk.identity.models import FirstSignIn, Logo, ReplyAssigns, Workspace, WorkspaceRef
from atum_desk.identity.powers import lock_powers, require_sees_all_teams, require_sound_powers
from atum_desk.identity.problems import PersonNotFound
from atum_desk.identity.schemas import Email, Locale, Name
from atum_desk.identity.seed import seed_workspace
from atum_desk.identity.session_ends import end_access_before_undo, end_session
from atum_desk.identity.sight import sees_tickets_of
from atum_desk.identity.workspaces import get_workspace, logo_of, set_workspace_logo
from atum_desk.kernel.named_ref import NamedRef

__all__ = [
    "Email",
    "FirstSignIn",
    "Locale",
    "Logo",
    "Name",
    "NamedRef",
    "OpenedSession",
    "PersonNotFound",
    "ReplyAssigns",
    "Workspace",
    "WorkspaceRef",
    "end_access_before_undo",
    "end_session",
    "get_workspace",
    "give_password",
    "lock_powers",
    "logo_of",
    "renew_built_in_roles",
    "require_sees_all_teams",
    "require_sound_powers",
    "reset_password_of",
    "seed_workspace",
    "sees_tickets_of",
    "set_workspace_logo",
    "start_link_session",
]
