"""What slices may use of the child processes."""

from atum_desk.sandbox.pool import run_in_child, sandbox
from atum_desk.sandbox.problems import TaskFailed
from atum_desk.sandbox.tasks import (
    CheckSignature,
    CleanedHtml,
    CleanHtml,
    ForwardReading,
    MailReading,
    PreviewMail,
    ReadForwarded,
    ReadMail,
)

__all__ = [
    "CheckSignature",
    "CleanHtml",
    "CleanedHtml",
    "ForwardReading",
    "MailReading",
    "PreviewMail",
    "ReadForwarded",
    "ReadMail",
    "TaskFailed",
    "run_in_child",
    "sandbox",
]
