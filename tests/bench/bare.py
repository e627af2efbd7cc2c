"""The measure: a bare Flask page. Flask-Login loads the person, one indexed query finds what the page is about (twelve
rows of this person's), and a 40-line template shows it."""

import os
from pathlib import Path
from typing import Any

from flask import Flask, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user, login_required, login_user
from flask_sqlalchemy import SQLAlchemy
from jinja2 import DictLoader
from sqlalchemy import String, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

PAGE = """<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>{{ title }}</title>
  <link rel="stylesheet" href="/static/page.css">
</head>
<body>
  <header>
    <a href="/">Home</a>
    <nav>
      <ul>
        {% for label, href in menu %}
        <li><a href="{{ href }}">{{ label }}</a></li>
        {% endfor %}
      </ul>
    </nav>
    <p>{{ current_user.name }}</p>
  </header>
  <main>
    <h1>{{ title }}</h1>
    {% if current_user.department %}
    <p>You work in {{ current_user.department }}.</p>
    {% else %}
    <p>You work somewhere.</p>
    {% endif %}
    <ol>
      {% for line in lines %}
      <li>
        <strong>{{ line.name }}</strong>
        <span>{{ line.text }}</span>
      </li>
      {% endfor %}
    </ol>
  </main>
  <footer>
    <p>A page that does as little as a page for signed-in people can.</p>
  </footer>
</body>
</html>
"""
MENU = [("Courses", "/courses"), ("People", "/people"), ("Reports", "/reports"), ("You", "/me")]
LINES = 12
PEOPLE = 1000


class Base(DeclarativeBase):
    pass


db = SQLAlchemy(model_class=Base)
logins = LoginManager()


class Person(UserMixin, db.Model):  # type: ignore[name-defined,misc]
    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    department: Mapped[str] = mapped_column(String(120))


class Line(db.Model):  # type: ignore[name-defined,misc]
    __tablename__ = "line"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(String(200))


@logins.user_loader
def load(person_id: str) -> Any:
    return db.session.get(Person, int(person_id))


def create_app(folder: Path) -> Flask:
    app = Flask(__name__, static_folder=None)
    app.config.update(SECRET_KEY="bench", SQLALCHEMY_DATABASE_URI=f"sqlite:///{folder / 'bare.db'}", JOBS="none")
    app.jinja_loader = DictLoader({"page.html": PAGE})  # compiled once, as every page is
    db.init_app(app)
    logins.init_app(app)

    @app.get("/")
    @login_required
    def page() -> ResponseReturnValue:
        lines = db.session.execute(select(Line.name, Line.text).where(Line.person_id == current_user.id)).all()
        return render_template("page.html", title=f"Hello, {current_user.name}", menu=MENU, lines=lines)

    @app.get("/enter/<int:person_id>")
    def enter(person_id: int) -> ResponseReturnValue:
        login_user(db.get_or_404(Person, person_id))
        return redirect("/")

    return app


def prepare(folder: Path) -> None:
    app = create_app(folder)
    with app.app_context():
        db.create_all()
        db.session.add_all(Person(id=n, name=f"Person {n}", department="Support") for n in range(1, PEOPLE + 1))
        db.session.add_all(
            Line(person_id=person, name=f"Line {n}", text=f"What line {n} has to say.")
            for person in range(1, PEOPLE + 1)
            for n in range(LINES)
        )
        db.session.commit()
        db.session.connection().exec_driver_sql("PRAGMA journal_mode = WAL")


if "BARE_FOLDER" in os.environ:
    app = create_app(Path(os.environ["BARE_FOLDER"]))
