"""The pages of this slice hang on this blueprint."""

from flask import Blueprint

coaching = Blueprint("coaching", __name__, template_folder="templates")
