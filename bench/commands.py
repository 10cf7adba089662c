"""The commands that the bench writes, declared to each of its processes that imports this."""

from atum_desk.entry import features
from atum_desk.kernel.feature import Command, Feature, declared

PRIORITY = "bench.priority"
RULE = "bench.rule"
CONSUMERS = ("rules", "notifications", "facts", "search_words", "webhooks")

assert features.FEATURES
declared.add(
    Feature(
        name="bench",
        commands=tuple(
            Command(name=name, permission=None, undo="inverse")
            for name in (PRIORITY, RULE, *(f"{consumer}.follow" for consumer in CONSUMERS))
            if name not in declared.commands
        ),
    )
)
