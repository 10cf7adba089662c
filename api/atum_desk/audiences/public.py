"""What other slices may use of audiences."""

from atum_desk.audiences.checks import require_audience, require_room
from atum_desk.audiences.models import MOST_PERSONAL, MOST_SHARED, Scope, Sharing

__all__ = ["MOST_PERSONAL", "MOST_SHARED", "Scope", "Sharing", "require_audience", "require_room"]
