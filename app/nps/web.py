"""The pages of this slice hang on this blueprint."""

from flask import Blueprint

nps = Blueprint("nps", __name__, template_folder="templates")
