"""Rules that let a test connect to the servers of this machine."""

from __future__ import annotations

from atum_desk.kernel.outgoing.rules import OutgoingRules, parse_allow_list

THIS_MACHINE = "127.0.0.0/8:*,[::1]:*"
LOCAL = OutgoingRules(parse_allow_list(THIS_MACHINE))
