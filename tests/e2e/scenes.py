"""People of the demo in a state that a test starts from."""

from tests.e2e.serving import Server
from tests.e2e.steps import exam_slug


def let_in(server: Server, person_id: int) -> str:
    """Give one of the demo's people the demo's password; returns the address to sign in with."""
    with server.database() as database:
        database.execute(
            "UPDATE person SET password_hash = (SELECT password_hash FROM person WHERE email LIKE 'newhire@%')"
            " WHERE id = ?",
            (person_id,),
        )
        return str(database.execute("SELECT email FROM person WHERE id = ?", (person_id,)).fetchone()[0])


def ready_for_the_exam(server: Server) -> str:
    """Someone who completed every module, has not passed the exam and may try it now."""
    with server.database() as database:
        (person_id,) = database.execute(
            "SELECT p.id FROM person p WHERE p.active"
            " AND (SELECT count(*) FROM course_completion c WHERE c.person_id = p.id) = (SELECT count(*) FROM course)"
            " AND NOT EXISTS (SELECT 1 FROM certificate c WHERE c.person_id = p.id)"
            " AND (SELECT count(*) FROM attempt a JOIN quiz q ON q.id = a.quiz_id"
            "      WHERE a.person_id = p.id AND q.slug = ?) < 3 ORDER BY p.id LIMIT 1",
            (exam_slug(),),
        ).fetchone()
    return let_in(server, person_id)


def person_id(server: Server, part: str) -> int:
    with server.database() as database:
        return int(database.execute("SELECT id FROM person WHERE email LIKE ?", (f"{part}@%",)).fetchone()[0])
