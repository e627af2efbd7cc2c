"""The blueprint that all pages of this slice belong to."""

from flask import Blueprint

quizzing = Blueprint("quizzing", __name__, template_folder="../templates")
