"""One response, and the customer who asks to be forgotten."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.core import clock
from app.core.db import db
from app.core.errors import NotFound
from app.core.pages import plural
from app.core.permissions import Can, may, require
from app.nps import comment_phrases, operations, phrases
from app.nps.models import Response
from app.nps.queries import one_response as queries
from app.nps.web import nps


def _load(response_id: int) -> Response:
    require(Can.SEE_NPS)
    found = queries.visible_response(response_id, current_user)
    if found is None:
        raise NotFound("There is no response at this address, or it is not yours to read.")
    require(Can.SEE_RESPONSE, found)
    return found


@nps.get("/nps/responses/<int:response_id>")
def response(response_id: int) -> ResponseReturnValue:
    found = _load(response_id)
    sees_customer = may(Can.SEE_CUSTOMER, found)
    return render_template(
        "nps/response.html",
        told=queries.told(found),
        one=found,
        sees_customer=sees_customer,
        contact=queries.contact_of(found) if sees_customer else None,
        phrases=comment_phrases,
        words=phrases,
    )


@nps.get("/nps/responses/<int:response_id>/erase-customer")
def ask_to_erase(response_id: int) -> ResponseReturnValue:
    found = _load(response_id)
    require(Can.ERASE_CUSTOMER)
    count = queries.answers_of(found.customer_key) if found.customer_key else 0
    return render_template("nps/erase_customer.html", one=found, count=count)


@nps.post("/nps/responses/<int:response_id>/erase-customer")
def erase_customer(response_id: int) -> ResponseReturnValue:
    found = _load(response_id)
    require(Can.ERASE_CUSTOMER)
    if found.customer_key:
        count = operations.erase_customer(found.customer_key, current_user.id, clock.now())
        db.session.commit()
        flash(f"The customer is forgotten, and so is what they wrote in {plural(count, 'response')}.", "good")
    return redirect(url_for("nps.response", response_id=response_id), 303)
