"""What slices may use of the child processes."""

from atum_desk.sandbox.pool import run_in_child, sandbox
from atum_desk.sandbox.problems import TaskFailed
from atum_desk.sandbox.tasks import (
    CheckSignature,
    CleanedHtml,
    CleanHtml,
    ForwardReading,
    HolidayFile,
    LogoImage,
    MailReading,
    PreviewMail,
    ReadForwarded,
    ReadHolidays,
    ReadLogo,
    ReadMail,
)

__all__ = [
    "CheckSignature",
    "CleanHtml",
    "CleanedHtml",
    "ForwardReading",
    "HolidayFile",
    "LogoImage",
    "MailReading",
    "PreviewMail",
    "ReadForwarded",
    "ReadHolidays",
    "ReadLogo",
    "ReadMail",
    "TaskFailed",
    "run_in_child",
    "sandbox",
]
