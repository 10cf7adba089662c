"""Who asks what, and who answers: every ticket's story, requester and agent."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import datetime

import msgspec

from atum_desk.demo.arcs import Fate, choose_fates, plan_parts
from atum_desk.demo.company import make_name
from atum_desk.demo.hours import arrivals
from atum_desk.demo.lives import Life, LifeStage
from atum_desk.demo.models import Agent, Company, DemoContact, DemoOrganization, DemoTeam, Language, Story
from atum_desk.demo.stories import load_stories

# How tickets are divided between our own offices and customers, and those of the offices among teams.
OWN_SHARE = 0.5
TEAM_WEIGHTS = {"IT Support": 0.5, "Network": 0.2, "Facilities": 0.3}
CUSTOMERS_TEAM = "Customer Support"
ENGLISH_AT_OWN_OFFICES = 0.5
# A few people of each organization write most.
CONTACT_SKEW = 1.8
FOR_ADMINISTRATOR = 5


class StoryPart(msgspec.Struct, frozen=True):
    """One ticket's cast."""

    story: Story
    requester: DemoContact
    agent: Agent
    colleague: str


class Casting:
    """Draws tickets' casts; a story comes again only when its whole bag has been told."""

    def __init__(self, source: random.Random, company: Company) -> None:
        self._source = source
        self._company = company
        self._bags: dict[tuple[Language, str], list[Story]] = defaultdict(list)
        self._contacts: dict[int, list[DemoContact]] = defaultdict(list)
        for contact in company.contacts:
            self._contacts[contact.organization.id].append(contact)

    def draw(self) -> StoryPart:
        """Return the cast of one more ticket."""
        own = self._source.random() < OWN_SHARE
        organization = self._organization(own)
        team = self._source.choices(list(TEAM_WEIGHTS), list(TEAM_WEIGHTS.values()))[0] if own else CUSTOMERS_TEAM
        language = organization.language
        if own and self._source.random() < ENGLISH_AT_OWN_OFFICES:
            language = "en"
        people = self._contacts[organization.id]
        requester = people[int(len(people) * self._source.random() ** CONTACT_SKEW)]
        colleague, _, _ = make_name(self._source, self._source.choice(organization.cultures))
        agent = self._agent(self._company.team(team), language)
        return StoryPart(self._story(language, team), requester, agent, colleague)

    def _organization(self, own: bool) -> DemoOrganization:
        choice = [one for one in self._company.organizations if one.own == own]
        return self._source.choices(choice, [one.weight for one in choice])[0]

    def _agent(self, team: DemoTeam, language: Language) -> Agent:
        speakers = [agent for agent in team.agents if language in agent.languages]
        return self._source.choice(speakers or team.agents)

    def _story(self, language: Language, team: str) -> Story:
        bag = self._bags[language, team]
        if not bag:
            bag += [s for s in load_stories() if s.language == language and s.team == team]
            self._source.shuffle(bag)
        return bag.pop()


def live(stage: LifeStage, now: datetime, count: int) -> list[Life]:
    """Return the lives of so many tickets, oldest first."""
    casting = Casting(stage.source, stage.company)
    cast = [casting.draw() for _ in range(count)]
    fates = choose_fates(stage.source, [part.story for part in cast])
    moments = arrivals(stage.source, now, count)
    lives = [
        _one(stage, stage.ground.last_number + place, part, fate, opened_at, now)
        for place, (part, fate, opened_at) in enumerate(zip(cast, fates, moments, strict=True), start=1)
    ]
    _give_to_administrator(stage, lives, fates, now)
    return lives


def _one(stage: LifeStage, number: int, part: StoryPart, fate: Fate, opened_at: datetime, now: datetime) -> Life:
    life = Life(stage, number, part.story, part.requester, part.agent, part.colleague)
    planned = plan_parts(stage.source, part.story, fate, opened_at, now)
    life.open(opened_at, misdirected=any(name == "move" for name, _ in planned))
    for name, at in planned:
        life.go_on(name, at)
    return life


def _give_to_administrator(stage: LifeStage, lives: list[Life], fates: list[Fate], now: datetime) -> None:
    """Give whoever signs in first something of their own to do."""
    open_lives = [life for life, fate in zip(lives, fates, strict=True) if fate == "open"]
    for life in open_lives[-FOR_ADMINISTRATOR:]:
        last = life.steps[-1].at
        life.assign_to(stage.company.administrator_id, last + (now - last) / 2)
