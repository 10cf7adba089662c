"""What is printed once the sample data is there."""

from __future__ import annotations

from atum_desk.demo.commands import FilledDemo


def demo_lines(filled: FilledDemo) -> list[str]:
    """Return the lines that say what was loaded and how its agents sign in."""
    width = max(len(agent.email) for agent in filled.agents)
    return [
        f"sample data loaded: Halvorsen Instruments with {filled.tickets:,} tickets",
        f"its {len(filled.agents)} agents sign in, too, with the password {filled.password} (shown only now;",
        "./atum password ADDRESS gives one of them another):",
        *(
            f"  {agent.email:{width}}  {agent.name}, {agent.team}{' (team lead)' if agent.lead else ''}"
            for agent in filled.agents
        ),
    ]
