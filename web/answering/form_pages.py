"""The answers about one form: the page to fill it in, and the empty file."""

from urllib.parse import quote

from starlette.responses import Response

from web.answering.filling import fill_page
from web.answering.forms import Typed
from web.answering.own_forms import FormName, find_own
from web.answering.pages import page
from web.answering.surroundings import Answering
from workflows.forms.empty import empty_form_of


def form_page(
    here: Answering, address: str, name: FormName, failed: Typed | None, problem: str
) -> Response | None:
    """The page on which `address` fills it in; None where that is not theirs to do."""
    with here.database.read() as session:
        found = fill_page(session, here, address, name, failed)
    if found is None:
        return None
    return page(
        "fill.html",
        form=found,
        failed=failed or Typed(),
        problem=problem,
        megabytes=here.upload_bytes // 1_000_000,
    )


def empty_file(here: Answering, address: str, name: FormName) -> Response | None:
    """The empty form as a file; None where it is not `address`'s to fill in, or no format is
    named."""
    with here.database.read() as session:
        found = find_own(session, here, address, name)
        if found is None or name.form_format is None:
            return None
        empty = empty_form_of(found[1], name.form_format)
    told = f"attachment; filename*=utf-8''{quote(empty.name)}"  # RFC 6266, section 5
    return Response(
        empty.content(), media_type=empty.kind, headers={"Content-Disposition": told}
    )  # fmt: skip
