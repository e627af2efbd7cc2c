"""The pages of this slice hang on these blueprints."""

from flask import Blueprint

voice = Blueprint("voice", __name__, template_folder="templates")
# What carries answers hangs on a blueprint of its own: it never opens the session, so that it can't know who sends.
ballot = Blueprint("ballot", __name__, template_folder="templates")
