"""The pages about people: sign-in, one's account, the list, a person, the roster."""

from app.accounts.views import account, people, roster, sign_in

__all__ = ["account", "people", "roster", "sign_in"]
