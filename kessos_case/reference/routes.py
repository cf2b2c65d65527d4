"""Reference data over HTTP: read only, for whoever has signed in."""

from typing import Any

from kessos_case.core.db import Session
from kessos_case.core.paging import Page, page
from kessos_case.reference import queries, service
from kessos_case.reference.models import Category, MinimumWage, PovertyLine, Programme, Region, ServiceType
from kessos_case.reference.schemas import (
    CategoryArgs,
    CategoryOut,
    MinimumWageArgs,
    MinimumWageOut,
    PovertyLineArgs,
    PovertyLineOut,
    ProgrammeArgs,
    ProgrammeOut,
    RegionArgs,
    RegionDetailOut,
    RegionOut,
    ServiceTypeArgs,
    ServiceTypeOut,
)
from kessos_case.web.api import ApiBlueprint
from kessos_case.web.auth import door
from kessos_case.web.lists import listed, page_request

blp = ApiBlueprint("reference", __name__)


@blp.get("/regions")
@door("reference", "read")
@blp.response(200, listed(RegionOut))
@blp.arguments(RegionArgs, location="query")
def regions(session: Session, args: dict[str, Any]) -> Page:
    """Places of East Java, by code or by a name as people write it."""
    if args["q"]:
        return Page(queries.regions_named(session, args["q"], args["limit"], args["parent"], args["level"]), None)
    return page(session, queries.regions(args["parent"], args["level"]), [Region.code], page_request(args))


@blp.get("/regions/<code>")
@door("reference", "read")
@blp.response(200, RegionDetailOut)
def region(session: Session, code: str) -> dict[str, Any]:
    """One place and what it lies in."""
    path = service.region_path(session, code)
    return {**vars(path[-1]), "path": path}


@blp.get("/categories")
@door("reference", "read")
@blp.response(200, listed(CategoryOut))
@blp.arguments(CategoryArgs, location="query")
def categories(session: Session, args: dict[str, Any]) -> Page:
    """The 26 PPKS categories."""
    return page(session, queries.categories(args["q"]), [Category.code], page_request(args))


@blp.get("/programmes")
@door("reference", "read")
@blp.response(200, listed(ProgrammeOut))
@blp.arguments(ProgrammeArgs, location="query")
def programmes(session: Session, args: dict[str, Any]) -> Page:
    """Aid programmes and what they pay."""
    return page(session, queries.programmes(args["q"], args["kind"]), [Programme.code], page_request(args))


@blp.get("/service_types")
@door("reference", "read")
@blp.response(200, listed(ServiceTypeOut))
@blp.arguments(ServiceTypeArgs, location="query")
def service_types(session: Session, args: dict[str, Any]) -> Page:
    """What a referral can ask for, in groups."""
    return page(session, queries.service_types(args["q"], args["parent"]), [ServiceType.code], page_request(args))


@blp.get("/poverty_lines")
@door("reference", "read")
@blp.response(200, listed(PovertyLineOut))
@blp.arguments(PovertyLineArgs, location="query")
def poverty_lines(session: Session, args: dict[str, Any]) -> Page:
    """Published poverty lines."""
    key = [PovertyLine.region_code, PovertyLine.month]
    return page(session, queries.poverty_lines(args["region_code"]), key, page_request(args))


@blp.get("/minimum_wages")
@door("reference", "read")
@blp.response(200, listed(MinimumWageOut))
@blp.arguments(MinimumWageArgs, location="query")
def minimum_wages(session: Session, args: dict[str, Any]) -> Page:
    """Minimum wages of the kabupaten and kota."""
    select = queries.minimum_wages(args["region_code"], args["on"])
    return page(session, select, [MinimumWage.region_code, MinimumWage.valid_from], page_request(args))
