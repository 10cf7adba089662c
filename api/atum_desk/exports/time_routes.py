"""HTTP route of the export of time entries."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from litestar import get
from litestar.params import Parameter, QueryParameter
from litestar.response import Stream

from atum_desk.exports import problems
from atum_desk.exports.permissions import TICKET_EXPORT
from atum_desk.exports.routes import Locale, Zone, download
from atum_desk.exports.slots import ExportSlots
from atum_desk.exports.time_export import AskedTime, export_time
from atum_desk.http.access import needs
from atum_desk.http.documented_problems import answers
from atum_desk.http.headers import zone_of
from atum_desk.http.requests import AnyRequest
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.time_entries.public import TimeRangeWrong, range_of


@get(
    ["/time-entries.csv", "/time-entries.xlsx"],
    opt=needs(TICKET_EXPORT),
    responses=answers(TimeRangeWrong, problems.TooManyExports, problems.ExportsBusy),
    media_type="application/octet-stream",
)
async def export_time_entries(
    request: AnyRequest,
    database: Database,
    export_slots: ExportSlots,
    actor: Actor,
    first: Annotated[date, QueryParameter(name="from", description="The first day, as 2026-11-01")],
    last: Annotated[date, QueryParameter(name="to", description="The last day, which is included")],
    zone: Zone = "UTC",
    locale: Locale = "",
    bom: Annotated[bool, Parameter(description="Whether a CSV begins with a byte order mark, for Excel")] = True,
) -> Stream:
    """Download the time entries of a range of days that the actor sees, as CSV or as an XLSX workbook."""
    asked = AskedTime(
        range=range_of(first, last, zone_of(zone)),
        language=locale or actor.locale,
        format=request.scope["path"].rpartition(".")[2],
        byte_order_mark=bom,
    )
    return download(await export_time(database, actor, export_slots, asked))


routes = [export_time_entries]
