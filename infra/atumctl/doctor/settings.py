"""Settings of doctor and watch that are not the threshold of a trigger."""

from __future__ import annotations

from atumctl.probes import performance, sliced_checks

# Name and default.
ACT = ("ATUM_OPS_ACT", "notify")
ACT_RUNS = ("ATUM_OPS_ACT_RUNS", 3.0)
NOTIFY_COMMAND = "ATUM_OPS_NOTIFY_COMMAND"
NOTIFY_MAIL = "ATUM_OPS_NOTIFY_MAIL"
# Name, default, meaning; what `doctor --list` prints beside the triggers.
OTHER_SETTINGS = (
    (*performance.CPU_MINUTES, "minutes on end that the processors must be busy"),
    (*sliced_checks.SLICE_MB, "MB that a run of the watch checks at least, of each check in slices"),
    (*ACT, "what the verdict `roll back` leads to: notify, or rollback"),
    (*ACT_RUNS, "runs on end with that verdict before it is acted upon"),
    (NOTIFY_COMMAND, "", "command that gets each change of the verdict on standard input"),
    (NOTIFY_MAIL, "", "addresses, with commas between, that get it through ATUM_MAIL_RELAY"),
)
