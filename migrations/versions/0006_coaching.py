"""Coaching: benchmarks, observations, gaps, sessions, calibrations; courses that someone was asked to take

Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('coaching_behaviour',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.Column('retired_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_coaching_behaviour')),
    sa.UniqueConstraint('key', name=op.f('uq_coaching_behaviour_key'))
    )
    op.create_table('assignment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('assigned_by_id', sa.Integer(), nullable=False),
    sa.Column('assigned_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('reason', sa.String(length=300), server_default='', nullable=False),
    sa.ForeignKeyConstraint(['assigned_by_id'], ['person.id'], name=op.f('fk_assignment_assigned_by_id_person')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_assignment_course_id_course')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_assignment_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assignment')),
    sa.UniqueConstraint('person_id', 'course_id', name=op.f('uq_assignment_person_id_course_id'))
    )
    op.create_index('ix_assignment_course_id', 'assignment', ['course_id'], unique=False)
    op.create_index('ix_assignment_due_on', 'assignment', ['due_on'], unique=False)
    op.create_table('coaching_behaviour_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('behaviour_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('levels', sa.JSON(), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('written_by_id', sa.Integer(), nullable=True),
    sa.Column('is_current', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['behaviour_id'], ['coaching_behaviour.id'], name=op.f('fk_coaching_behaviour_version_behaviour_id_coaching_behaviour')),
    sa.ForeignKeyConstraint(['written_by_id'], ['person.id'], name=op.f('fk_coaching_behaviour_version_written_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_coaching_behaviour_version')),
    sa.UniqueConstraint('behaviour_id', 'version', name=op.f('uq_coaching_behaviour_version_behaviour_id_version'))
    )
    op.create_index('uq_coaching_behaviour_version_current', 'coaching_behaviour_version', ['behaviour_id'], unique=True, sqlite_where=sa.text('is_current'), postgresql_where=sa.text('is_current'))
    op.create_table('coaching_benchmark',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('job_role', sa.String(length=120), nullable=False),
    sa.Column('metric', sa.String(length=80), nullable=False),
    sa.Column('lead_id', sa.Integer(), nullable=True),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('target', sa.Float(), nullable=True),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('set_by_id', sa.Integer(), nullable=True),
    sa.Column('set_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("lead_id IS NULL OR reason <> ''", name=op.f('ck_coaching_benchmark_team_has_reason')),
    sa.ForeignKeyConstraint(['lead_id'], ['person.id'], name=op.f('fk_coaching_benchmark_lead_id_person')),
    sa.ForeignKeyConstraint(['set_by_id'], ['person.id'], name=op.f('fk_coaching_benchmark_set_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_coaching_benchmark'))
    )
    op.create_index('uq_coaching_benchmark_company', 'coaching_benchmark', ['metric', 'job_role', 'starts_on'], unique=True, sqlite_where=sa.text('lead_id IS NULL'), postgresql_where=sa.text('lead_id IS NULL'))
    op.create_index('uq_coaching_benchmark_team', 'coaching_benchmark', ['lead_id', 'metric', 'job_role', 'starts_on'], unique=True, sqlite_where=sa.text('lead_id IS NOT NULL'), postgresql_where=sa.text('lead_id IS NOT NULL'))
    op.create_table('coaching_cadence',
    sa.Column('job_role', sa.String(length=120), nullable=False),
    sa.Column('weeks', sa.SmallInteger(), nullable=False),
    sa.Column('set_by_id', sa.Integer(), nullable=True),
    sa.Column('set_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('weeks BETWEEN 1 AND 52', name=op.f('ck_coaching_cadence_weeks_range')),
    sa.ForeignKeyConstraint(['set_by_id'], ['person.id'], name=op.f('fk_coaching_cadence_set_by_id_person')),
    sa.PrimaryKeyConstraint('job_role', name=op.f('pk_coaching_cadence'))
    )
    op.create_table('coaching_calibration',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token', sa.String(length=40), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('floor', sa.Float(), nullable=False),
    sa.Column('opened_by_id', sa.Integer(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closes_on', sa.Date(), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('floor BETWEEN 0 AND 1', name=op.f('ck_coaching_calibration_floor_from_0_to_1')),
    sa.ForeignKeyConstraint(['opened_by_id'], ['person.id'], name=op.f('fk_coaching_calibration_opened_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_coaching_calibration')),
    sa.UniqueConstraint('token', name=op.f('uq_coaching_calibration_token'))
    )
    op.create_index('ix_coaching_calibration_closed_at', 'coaching_calibration', ['closed_at'], unique=False)
    op.create_table('coaching_session',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token', sa.String(length=40), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('supervisor_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('minutes', sa.SmallInteger(), nullable=False),
    sa.Column('place', sa.String(length=200), nullable=False),
    sa.Column('uid', sa.String(length=80), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('cancelled_because', sa.String(length=300), nullable=False),
    sa.Column('goal', sa.Text(), nullable=False),
    sa.Column('reality', sa.Text(), nullable=False),
    sa.Column('options', sa.Text(), nullable=False),
    sa.Column('will', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('agenda', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('held_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answer', sa.String(length=10), nullable=True),
    sa.Column('answer_comment', sa.Text(), nullable=False),
    sa.CheckConstraint("(state = 'held') = (held_at IS NOT NULL)", name=op.f('ck_coaching_session_held_has_time')),
    sa.CheckConstraint("answer in ('agrees', 'corrects')", name=op.f('ck_coaching_session_answer_known')),
    sa.CheckConstraint("state in ('planned', 'held', 'cancelled')", name=op.f('ck_coaching_session_state_known')),
    sa.CheckConstraint('(answer IS NULL) = (answered_at IS NULL)', name=op.f('ck_coaching_session_answer_has_time')),
    sa.CheckConstraint('minutes BETWEEN 5 AND 240', name=op.f('ck_coaching_session_minutes_range')),
    sa.CheckConstraint('person_id <> supervisor_id', name=op.f('ck_coaching_session_two_people')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_coaching_session_person_id_person')),
    sa.ForeignKeyConstraint(['supervisor_id'], ['person.id'], name=op.f('fk_coaching_session_supervisor_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_coaching_session')),
    sa.UniqueConstraint('supervisor_id', 'token', name=op.f('uq_coaching_session_supervisor_id_token')),
    sa.UniqueConstraint('uid', name=op.f('uq_coaching_session_uid'))
    )
    op.create_index('ix_coaching_session_person_id', 'coaching_session', ['person_id', 'state', 'starts_at'], unique=False)
    op.create_index('ix_coaching_session_state', 'coaching_session', ['state', 'starts_at'], unique=False)
    op.create_index('ix_coaching_session_supervisor_id', 'coaching_session', ['supervisor_id', 'state', 'starts_at'], unique=False)
    op.create_table('coaching_agreement',
    sa.Column('calibration_id', sa.Integer(), nullable=False),
    sa.Column('behaviour_id', sa.Integer(), nullable=False),
    sa.Column('items', sa.Integer(), nullable=False),
    sa.Column('raters', sa.Integer(), nullable=False),
    sa.Column('icc', sa.Float(), nullable=True),
    sa.Column('icc_low', sa.Float(), nullable=True),
    sa.Column('icc_high', sa.Float(), nullable=True),
    sa.Column('kappa', sa.Float(), nullable=True),
    sa.Column('kappa_low', sa.Float(), nullable=True),
    sa.Column('kappa_high', sa.Float(), nullable=True),
    sa.Column('raw', sa.Float(), nullable=True),
    sa.Column('raw_low', sa.Float(), nullable=True),
    sa.Column('raw_high', sa.Float(), nullable=True),
    sa.Column('reached', sa.Boolean(), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['behaviour_id'], ['coaching_behaviour.id'], name=op.f('fk_coaching_agreement_behaviour_id_coaching_behaviour')),
    sa.ForeignKeyConstraint(['calibration_id'], ['coaching_calibration.id'], name=op.f('fk_coaching_agreement_calibration_id_coaching_calibration')),
    sa.PrimaryKeyConstraint('calibration_id', 'behaviour_id', name=op.f('pk_coaching_agreement'))
    )
    op.create_index('ix_coaching_agreement_behaviour_id', 'coaching_agreement', ['behaviour_id', 'closed_at'], unique=False)
    op.create_table('coaching_calibration_behaviour',
    sa.Column('calibration_id', sa.Integer(), nullable=False),
    sa.Column('behaviour_id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['behaviour_id'], ['coaching_behaviour.id'], name=op.f('fk_coaching_calibration_behaviour_behaviour_id_coaching_behaviour')),
    sa.ForeignKeyConstraint(['calibration_id'], ['coaching_calibration.id'], name=op.f('fk_coaching_calibration_behaviour_calibration_id_coaching_calibration')),
    sa.ForeignKeyConstraint(['version_id'], ['coaching_behaviour_version.id'], name=op.f('fk_coaching_calibration_behaviour_version_id_coaching_behaviour_version')),
    sa.PrimaryKeyConstraint('calibration_id', 'behaviour_id', name=op.f('pk_coaching_calibration_behaviour'))
    )
    op.create_table('coaching_calibration_item',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('calibration_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('material', sa.Text(), nullable=False),
    sa.Column('link', sa.String(length=500), nullable=False),
    sa.ForeignKeyConstraint(['calibration_id'], ['coaching_calibration.id'], name=op.f('fk_coaching_calibration_item_calibration_id_coaching_calibration')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_coaching_calibration_item')),
    sa.UniqueConstraint('calibration_id', 'position', name=op.f('uq_coaching_calibration_item_calibration_id_position'))
    )
    op.create_table('coaching_calibration_rater',
    sa.Column('calibration_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['calibration_id'], ['coaching_calibration.id'], name=op.f('fk_coaching_calibration_rater_calibration_id_coaching_calibration')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_coaching_calibration_rater_person_id_person')),
    sa.PrimaryKeyConstraint('calibration_id', 'person_id', name=op.f('pk_coaching_calibration_rater'))
    )
    op.create_index('ix_coaching_calibration_rater_person_id', 'coaching_calibration_rater', ['person_id'], unique=False)
    op.create_table('coaching_gap',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('metric', sa.String(length=80), nullable=False),
    sa.Column('benchmark_id', sa.Integer(), nullable=False),
    sa.Column('target', sa.Float(), nullable=False),
    sa.Column('opened_on', sa.Date(), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('value', sa.Float(), nullable=False),
    sa.Column('estimate', sa.Float(), nullable=False),
    sa.Column('probability', sa.Float(), nullable=False),
    sa.Column('mean', sa.Float(), nullable=True),
    sa.Column('between', sa.Float(), nullable=False),
    sa.Column('within', sa.Float(), nullable=False),
    sa.Column('coached_on', sa.Date(), nullable=True),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.Column('closing', sa.String(length=10), nullable=True),
    sa.CheckConstraint("closing in ('reached', 'withdrawn')", name=op.f('ck_coaching_gap_closing_known')),
    sa.CheckConstraint('(closing IS NULL) = (closed_on IS NULL)', name=op.f('ck_coaching_gap_closing_has_day')),
    sa.ForeignKeyConstraint(['benchmark_id'], ['coaching_benchmark.id'], name=op.f('fk_coaching_gap_benchmark_id_coaching_benchmark')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_coaching_gap_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_coaching_gap'))
    )
    op.create_index('ix_coaching_gap_benchmark_id', 'coaching_gap', ['benchmark_id'], unique=False)
    op.create_index('ix_coaching_gap_metric', 'coaching_gap', ['metric', 'coached_on'], unique=False)
    op.create_index('ix_coaching_gap_person_id', 'coaching_gap', ['person_id', 'opened_on'], unique=False)
    op.create_index('uq_coaching_gap_open', 'coaching_gap', ['person_id', 'metric'], unique=True, sqlite_where=sa.text('closed_on IS NULL'), postgresql_where=sa.text('closed_on IS NULL'))
    op.create_table('coaching_private_note',
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_coaching_private_note_author_id_person')),
    sa.ForeignKeyConstraint(['session_id'], ['coaching_session.id'], name=op.f('fk_coaching_private_note_session_id_coaching_session')),
    sa.PrimaryKeyConstraint('session_id', name=op.f('pk_coaching_private_note'))
    )
    op.create_index('ix_coaching_private_note_author_id', 'coaching_private_note', ['author_id'], unique=False)
    op.create_table('coaching_session_rating',
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('supervisor_id', sa.Integer(), nullable=False),
    sa.Column('rating', sa.SmallInteger(), nullable=False),
    sa.CheckConstraint('rating BETWEEN 1 AND 5', name=op.f('ck_coaching_session_rating_rating_from_1_to_5')),
    sa.ForeignKeyConstraint(['session_id'], ['coaching_session.id'], name=op.f('fk_coaching_session_rating_session_id_coaching_session')),
    sa.ForeignKeyConstraint(['supervisor_id'], ['person.id'], name=op.f('fk_coaching_session_rating_supervisor_id_person')),
    sa.PrimaryKeyConstraint('session_id', name=op.f('pk_coaching_session_rating'))
    )
    op.create_index('ix_coaching_session_rating_supervisor_id', 'coaching_session_rating', ['supervisor_id'], unique=False)
    op.create_table('coaching_topic',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(length=500), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_coaching_topic_person_id_person')),
    sa.ForeignKeyConstraint(['session_id'], ['coaching_session.id'], name=op.f('fk_coaching_topic_session_id_coaching_session')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_coaching_topic'))
    )
    op.create_index('ix_coaching_topic_person_id', 'coaching_topic', ['person_id', 'session_id'], unique=False)
    op.create_index('uq_coaching_topic_waiting', 'coaching_topic', ['person_id', 'text'], unique=True, sqlite_where=sa.text('session_id IS NULL'), postgresql_where=sa.text('session_id IS NULL'))
    op.create_table('coaching_action',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token', sa.String(length=40), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('text', sa.String(length=500), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('gap_id', sa.Integer(), nullable=True),
    sa.Column('sign', sa.String(length=300), nullable=False),
    sa.Column('course_slug', sa.String(length=80), nullable=True),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.Column('outcome', sa.String(length=500), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(kind = 'module') = (course_slug IS NOT NULL)", name=op.f('ck_coaching_action_module_has_course')),
    sa.CheckConstraint("(state = 'open') = (closed_on IS NULL)", name=op.f('ck_coaching_action_closed_has_day')),
    sa.CheckConstraint("kind in ('practice', 'module', 'shadow', 'blocker')", name=op.f('ck_coaching_action_kind_known')),
    sa.CheckConstraint("state in ('open', 'done', 'dropped')", name=op.f('ck_coaching_action_state_known')),
    sa.ForeignKeyConstraint(['gap_id'], ['coaching_gap.id'], name=op.f('fk_coaching_action_gap_id_coaching_gap')),
    sa.ForeignKeyConstraint(['owner_id'], ['person.id'], name=op.f('fk_coaching_action_owner_id_person')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_coaching_action_person_id_person')),
    sa.ForeignKeyConstraint(['session_id'], ['coaching_session.id'], name=op.f('fk_coaching_action_session_id_coaching_session')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_coaching_action')),
    sa.UniqueConstraint('session_id', 'token', name=op.f('uq_coaching_action_session_id_token'))
    )
    op.create_index('ix_coaching_action_gap_id', 'coaching_action', ['gap_id'], unique=False)
    op.create_index('ix_coaching_action_owner_id', 'coaching_action', ['owner_id', 'state', 'due_on'], unique=False)
    op.create_index('ix_coaching_action_person_id', 'coaching_action', ['person_id', 'state', 'due_on'], unique=False)
    op.create_table('coaching_calibration_level',
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('rater_id', sa.Integer(), nullable=False),
    sa.Column('behaviour_id', sa.Integer(), nullable=False),
    sa.Column('level', sa.SmallInteger(), nullable=False),
    sa.CheckConstraint('level BETWEEN 1 AND 5', name=op.f('ck_coaching_calibration_level_level_from_1_to_5')),
    sa.ForeignKeyConstraint(['behaviour_id'], ['coaching_behaviour.id'], name=op.f('fk_coaching_calibration_level_behaviour_id_coaching_behaviour')),
    sa.ForeignKeyConstraint(['item_id'], ['coaching_calibration_item.id'], name=op.f('fk_coaching_calibration_level_item_id_coaching_calibration_item')),
    sa.ForeignKeyConstraint(['rater_id'], ['person.id'], name=op.f('fk_coaching_calibration_level_rater_id_person')),
    sa.PrimaryKeyConstraint('item_id', 'rater_id', 'behaviour_id', name=op.f('pk_coaching_calibration_level'))
    )
    op.create_index('ix_coaching_calibration_level_rater_id', 'coaching_calibration_level', ['rater_id'], unique=False)
    op.create_table('coaching_observation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token', sa.String(length=40), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('observer_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('channel', sa.String(length=12), nullable=False),
    sa.Column('observed_on', sa.Date(), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('link', sa.String(length=500), nullable=False),
    sa.Column('response_id', sa.Integer(), nullable=True),
    sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('kept_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(kind = 'self') = (observer_id = person_id)", name=op.f('ck_coaching_observation_self_is_oneself')),
    sa.CheckConstraint("(state = 'draft') = (kept_at IS NULL)", name=op.f('ck_coaching_observation_kept_has_time')),
    sa.CheckConstraint("channel in ('call', 'chat', 'mail', 'visit', 'other')", name=op.f('ck_coaching_observation_channel_known')),
    sa.CheckConstraint("kind in ('supervisor', 'peer', 'self')", name=op.f('ck_coaching_observation_kind_known')),
    sa.CheckConstraint("state in ('draft', 'kept', 'struck')", name=op.f('ck_coaching_observation_state_known')),
    sa.ForeignKeyConstraint(['observer_id'], ['person.id'], name=op.f('fk_coaching_observation_observer_id_person')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_coaching_observation_person_id_person')),
    sa.ForeignKeyConstraint(['response_id'], ['nps_response.id'], name=op.f('fk_coaching_observation_response_id_nps_response')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_coaching_observation')),
    sa.UniqueConstraint('observer_id', 'token', name=op.f('uq_coaching_observation_observer_id_token'))
    )
    op.create_index('ix_coaching_observation_observer_id', 'coaching_observation', ['observer_id', 'state', 'id'], unique=False)
    op.create_index('ix_coaching_observation_person_id', 'coaching_observation', ['person_id', 'observed_on', 'id'], unique=False)
    op.create_index('ix_coaching_observation_response_id', 'coaching_observation', ['response_id'], unique=False)
    op.create_table('coaching_dispute',
    sa.Column('observation_id', sa.Integer(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('raised_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reader_id', sa.Integer(), nullable=True),
    sa.Column('decision', sa.String(length=8), nullable=True),
    sa.Column('decision_reason', sa.Text(), nullable=False),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("decision in ('stands', 'struck')", name=op.f('ck_coaching_dispute_decision_known')),
    sa.CheckConstraint('(decision IS NULL) = (decided_at IS NULL)', name=op.f('ck_coaching_dispute_decision_has_time')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['person.id'], name=op.f('fk_coaching_dispute_decided_by_id_person')),
    sa.ForeignKeyConstraint(['observation_id'], ['coaching_observation.id'], name=op.f('fk_coaching_dispute_observation_id_coaching_observation')),
    sa.ForeignKeyConstraint(['reader_id'], ['person.id'], name=op.f('fk_coaching_dispute_reader_id_person')),
    sa.PrimaryKeyConstraint('observation_id', name=op.f('pk_coaching_dispute'))
    )
    op.create_index('ix_coaching_dispute_reader_id', 'coaching_dispute', ['reader_id', 'decided_at'], unique=False)
    op.create_table('coaching_observed_level',
    sa.Column('observation_id', sa.Integer(), nullable=False),
    sa.Column('behaviour_id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('level', sa.SmallInteger(), nullable=False),
    sa.CheckConstraint('level BETWEEN 1 AND 5', name=op.f('ck_coaching_observed_level_level_from_1_to_5')),
    sa.ForeignKeyConstraint(['behaviour_id'], ['coaching_behaviour.id'], name=op.f('fk_coaching_observed_level_behaviour_id_coaching_behaviour')),
    sa.ForeignKeyConstraint(['observation_id'], ['coaching_observation.id'], name=op.f('fk_coaching_observed_level_observation_id_coaching_observation')),
    sa.ForeignKeyConstraint(['version_id'], ['coaching_behaviour_version.id'], name=op.f('fk_coaching_observed_level_version_id_coaching_behaviour_version')),
    sa.PrimaryKeyConstraint('observation_id', 'behaviour_id', name=op.f('pk_coaching_observed_level'))
    )
    op.create_index('ix_coaching_observed_level_behaviour_id', 'coaching_observed_level', ['behaviour_id'], unique=False)


def downgrade() -> None:
    op.drop_table('coaching_observed_level')
    op.drop_table('coaching_dispute')
    op.drop_table('coaching_observation')
    op.drop_table('coaching_calibration_level')
    op.drop_table('coaching_action')
    op.drop_table('coaching_topic')
    op.drop_table('coaching_session_rating')
    op.drop_table('coaching_private_note')
    op.drop_table('coaching_gap')
    op.drop_table('coaching_calibration_rater')
    op.drop_table('coaching_calibration_item')
    op.drop_table('coaching_calibration_behaviour')
    op.drop_table('coaching_agreement')
    op.drop_table('coaching_session')
    op.drop_table('coaching_calibration')
    op.drop_table('coaching_cadence')
    op.drop_table('coaching_benchmark')
    op.drop_table('coaching_behaviour_version')
    op.drop_table('assignment')
    op.drop_table('coaching_behaviour')
