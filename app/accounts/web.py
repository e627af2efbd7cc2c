"""The pages of this slice hang on this blueprint."""

from flask import Blueprint

accounts = Blueprint("accounts", __name__, template_folder="templates")
