"""Why a file cannot be read, or a row of it is refused."""

from __future__ import annotations

from atum_desk.kernel.notices import Notice


class HasNul(Notice, frozen=True):
    """it holds a NUL character in line {line}"""

    code = "import.nul"

    line: int


class IsEmpty(Notice, frozen=True):
    """it holds no row below its first line"""

    code = "import.empty"


class HasTooMany(Notice, frozen=True):
    """it has more than {most} {what}"""

    code = "import.too_many"

    most: int
    what: str


class CellTooLong(Notice, frozen=True):
    """a value in row {row} is longer than {most} characters"""

    code = "import.cell_too_long"

    row: int
    most: int


class NotACard(Notice, frozen=True):
    """card {row} is not of the form of vCard 2.1, 3.0 or 4.0"""

    code = "import.not_a_card"

    row: int


class QuotesOpen(Notice, frozen=True):
    """its quotation marks do not match in row {row}"""

    code = "import.quotes"

    row: int


class NoAddressHere(Notice, frozen=True):
    """A new contact needs an address."""

    code = "import.no_address"


class WrongAddress(Notice, frozen=True):
    """{address} is no mail address."""

    code = "import.wrong_address"

    address: str


class OurAddress(Notice, frozen=True):
    """{address} is an address of this desk."""

    code = "import.our_address"

    address: str


class OfTheStaff(Notice, frozen=True):
    """{address} belongs to somebody of the staff."""

    code = "import.of_staff"

    address: str


class OfSeveral(Notice, frozen=True):
    """Its addresses and external id belong to several contacts: {names}."""

    code = "import.of_several"

    names: list[str]


class WrongZone(Notice, frozen=True):
    """{zone} is no time zone, such as Europe/Berlin."""

    code = "import.wrong_zone"

    zone: str


class WrongLanguage(Notice, frozen=True):
    """{language} is no language, such as de or pt-BR."""

    code = "import.wrong_language"

    language: str


class ImportedValueTooLong(Notice, frozen=True):
    """{what} is longer than {most} characters."""

    code = "import.value_too_long"

    what: str
    most: int


class WrongFieldValue(Notice, frozen=True):
    """{field}: {why}"""

    code = "import.wrong_field"

    field: str
    why: str


class NoYesOrNo(Notice, frozen=True):
    """{field} is neither yes nor no."""

    code = "import.no_yes_or_no"

    field: str


class NoNameHere(Notice, frozen=True):
    """A new organization needs a name."""

    code = "import.no_name"


class WrongDomain(Notice, frozen=True):
    """{domain} is no mail domain, such as example.com."""

    code = "import.wrong_domain"

    domain: str


class DomainOfAnother(Notice, frozen=True):
    """{domain} belongs to {name}."""

    code = "import.domain_taken"

    domain: str
    name: str


class OfSeveralOrganizations(Notice, frozen=True):
    """It looks like several organizations: {names}."""

    code = "import.of_several_organizations"

    names: list[str]
