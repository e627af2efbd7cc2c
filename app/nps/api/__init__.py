"""What programs call: responses and invitations by token, webhooks by signature, and the document that describes it."""

from flask import Flask

from app.core.jobs import jobs_of
from app.nps.api import docs, document, invitations, responses, throttle, webhooks  # noqa: F401 - they fill the blueprint
from app.nps.api.forgetting import forget_old
from app.nps.api.web import api


def init_app(app: Flask) -> None:
    throttle.init_app(app)
    app.register_blueprint(api)
    # Programs have no session and no form: whoever calls shows a token or a signature, and cookies count for nothing.
    app.extensions["csrf"].exempt(api)
    jobs_of(app).add_periodic("forget-old-calls", forget_old, minutes=30)
