"""voice

Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('voice_driver_weight',
    sa.Column('driver_id', sa.Integer(), nullable=False),
    sa.Column('weight', sa.Float(), nullable=False),
    sa.Column('low', sa.Float(), nullable=False),
    sa.Column('high', sa.Float(), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('worked_out_on', sa.Date(), nullable=False),
    sa.CheckConstraint('low <= weight AND weight <= high', name=op.f('ck_voice_driver_weight_within_its_interval')),
    sa.ForeignKeyConstraint(['driver_id'], ['nps_driver.id'], name=op.f('fk_voice_driver_weight_driver_id_nps_driver')),
    sa.PrimaryKeyConstraint('driver_id', name=op.f('pk_voice_driver_weight'))
    )
    op.create_table('voice_process',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('silo', sa.String(length=120), nullable=False),
    sa.Column('driver_id', sa.Integer(), nullable=True),
    sa.Column('retired_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['driver_id'], ['nps_driver.id'], name=op.f('fk_voice_process_driver_id_nps_driver')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_voice_process')),
    sa.UniqueConstraint('name', name=op.f('uq_voice_process_name'))
    )
    with op.batch_alter_table('voice_process', schema=None) as batch_op:
        batch_op.create_index('ix_voice_process_driver_id', ['driver_id'], unique=False)

    op.create_table('voice_survey',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token', sa.String(length=40), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('mode', sa.String(length=12), server_default='anonymous', nullable=False),
    sa.Column('segments', sa.String(length=200), nullable=False),
    sa.Column('template', sa.String(length=80), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('archived_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("mode = 'confidential' OR segments = ''", name=op.f('ck_voice_survey_segments_in_confidential_only')),
    sa.CheckConstraint("mode in ('anonymous', 'confidential', 'named')", name=op.f('ck_voice_survey_mode_known')),
    sa.ForeignKeyConstraint(['created_by_id'], ['person.id'], name=op.f('fk_voice_survey_created_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_voice_survey')),
    sa.UniqueConstraint('created_by_id', 'token', name=op.f('uq_voice_survey_created_by_id_token'))
    )
    op.create_table('voice_blocker',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token', sa.String(length=40), nullable=False),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('process_id', sa.Integer(), nullable=True),
    sa.Column('happens', sa.Text(), nullable=False),
    sa.Column('frequency', sa.String(length=10), nullable=False),
    sa.Column('effect', sa.Text(), nullable=False),
    sa.Column('idea', sa.Text(), nullable=False),
    sa.Column('driver_id', sa.Integer(), nullable=True),
    sa.Column('reporter_id', sa.Integer(), nullable=True),
    sa.Column('code_digest', sa.LargeBinary(length=32), nullable=True),
    sa.Column('reported_on', sa.Date(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('state_on', sa.Date(), nullable=False),
    sa.Column('answered_on', sa.Date(), nullable=True),
    sa.Column('owner_id', sa.Integer(), nullable=True),
    sa.Column('silo', sa.String(length=120), nullable=False),
    sa.Column('target_on', sa.Date(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('we_did', sa.Text(), nullable=False),
    sa.Column('fixed_on', sa.Date(), nullable=True),
    sa.Column('votes', sa.Integer(), nullable=False),
    sa.Column('merged_into_id', sa.Integer(), nullable=True),
    sa.Column('split_from_id', sa.Integer(), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'fixed') = (fixed_on IS NOT NULL)", name=op.f('ck_voice_blocker_fixed_has_day')),
    sa.CheckConstraint("frequency in ('daily', 'weekly', 'monthly', 'rarely')", name=op.f('ck_voice_blocker_frequency_known')),
    sa.CheckConstraint("state <> 'draft' OR reporter_id IS NOT NULL", name=op.f('ck_voice_blocker_draft_has_person')),
    sa.CheckConstraint("state <> 'fixed' OR we_did <> ''", name=op.f('ck_voice_blocker_fixed_says_what_was_done')),
    sa.CheckConstraint("state <> 'wont_fix' OR reason <> ''", name=op.f('ck_voice_blocker_wont_fix_has_reason')),
    sa.CheckConstraint("state in ('draft', 'new', 'understood', 'planned', 'in_progress', 'fixed', 'wont_fix')", name=op.f('ck_voice_blocker_state_known')),
    sa.CheckConstraint("state not in ('understood', 'planned', 'in_progress', 'fixed', 'wont_fix') OR owner_id IS NOT NULL", name=op.f('ck_voice_blocker_taken_up_has_owner')),
    sa.CheckConstraint('merged_into_id <> id', name=op.f('ck_voice_blocker_not_merged_into_itself')),
    sa.CheckConstraint('reporter_id IS NULL OR code_digest IS NULL', name=op.f('ck_voice_blocker_named_has_no_code')),
    sa.CheckConstraint('votes >= 0', name=op.f('ck_voice_blocker_votes_not_negative')),
    sa.ForeignKeyConstraint(['driver_id'], ['nps_driver.id'], name=op.f('fk_voice_blocker_driver_id_nps_driver')),
    sa.ForeignKeyConstraint(['merged_into_id'], ['voice_blocker.id'], name=op.f('fk_voice_blocker_merged_into_id_voice_blocker')),
    sa.ForeignKeyConstraint(['owner_id'], ['person.id'], name=op.f('fk_voice_blocker_owner_id_person')),
    sa.ForeignKeyConstraint(['process_id'], ['voice_process.id'], name=op.f('fk_voice_blocker_process_id_voice_process')),
    sa.ForeignKeyConstraint(['reporter_id'], ['person.id'], name=op.f('fk_voice_blocker_reporter_id_person')),
    sa.ForeignKeyConstraint(['split_from_id'], ['voice_blocker.id'], name=op.f('fk_voice_blocker_split_from_id_voice_blocker')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_voice_blocker')),
    sa.UniqueConstraint('code_digest', name=op.f('uq_voice_blocker_code_digest')),
    sa.UniqueConstraint('token', name=op.f('uq_voice_blocker_token'))
    )
    with op.batch_alter_table('voice_blocker', schema=None) as batch_op:
        batch_op.create_index('ix_voice_blocker_driver_id', ['driver_id'], unique=False)
        batch_op.create_index('ix_voice_blocker_merged_into_id', ['merged_into_id'], unique=False)
        batch_op.create_index('ix_voice_blocker_owner_id', ['owner_id', 'state'], unique=False)
        batch_op.create_index('ix_voice_blocker_process_id', ['process_id'], unique=False)
        batch_op.create_index('ix_voice_blocker_reporter_id', ['reporter_id'], unique=False)
        batch_op.create_index('ix_voice_blocker_split_from_id', ['split_from_id'], unique=False)
        batch_op.create_index('ix_voice_blocker_state', ['state', 'merged_into_id'], unique=False)

    op.create_table('voice_question',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('survey_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('position', sa.SmallInteger(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('text', sa.String(length=500), nullable=False),
    sa.Column('help', sa.String(length=500), nullable=False),
    sa.Column('required', sa.Boolean(), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('show_if', sa.JSON(none_as_null=True), nullable=True),
    sa.CheckConstraint("kind in ('rating', 'single', 'multiple', 'ranking', 'matrix', 'text', 'process')", name=op.f('ck_voice_question_kind_known')),
    sa.ForeignKeyConstraint(['survey_id'], ['voice_survey.id'], name=op.f('fk_voice_question_survey_id_voice_survey')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_voice_question')),
    sa.UniqueConstraint('survey_id', 'key', name=op.f('uq_voice_question_survey_id_key'))
    )
    op.create_table('voice_wave',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('survey_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.SmallInteger(), nullable=False),
    sa.Column('link', sa.String(length=40), nullable=False),
    sa.Column('by_link', sa.Boolean(), server_default=sa.text('(false)'), nullable=False),
    sa.Column('audience', sa.JSON(), nullable=False),
    sa.Column('opens_on', sa.Date(), nullable=False),
    sa.Column('closes_on', sa.Date(), nullable=False),
    sa.Column('remind_on', sa.JSON(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('definition', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('asked', sa.Integer(), nullable=True),
    sa.Column('answers', sa.Integer(), nullable=True),
    sa.Column('trouble', sa.String(length=300), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(state = 'closed') = (answers IS NOT NULL)", name=op.f('ck_voice_wave_closed_is_counted')),
    sa.CheckConstraint("state in ('planned', 'cancelled') OR definition IS NOT NULL", name=op.f('ck_voice_wave_open_is_frozen')),
    sa.CheckConstraint("state in ('planned', 'open', 'closed', 'cancelled')", name=op.f('ck_voice_wave_state_known')),
    sa.CheckConstraint('opens_on <= closes_on', name=op.f('ck_voice_wave_opens_before_it_closes')),
    sa.ForeignKeyConstraint(['created_by_id'], ['person.id'], name=op.f('fk_voice_wave_created_by_id_person')),
    sa.ForeignKeyConstraint(['survey_id'], ['voice_survey.id'], name=op.f('fk_voice_wave_survey_id_voice_survey')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_voice_wave')),
    sa.UniqueConstraint('link', name=op.f('uq_voice_wave_link')),
    sa.UniqueConstraint('survey_id', 'number', name=op.f('uq_voice_wave_survey_id_number'))
    )
    with op.batch_alter_table('voice_wave', schema=None) as batch_op:
        batch_op.create_index('ix_voice_wave_state', ['state', 'closes_on'], unique=False)

    op.create_table('voice_answer',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('wave_id', sa.Integer(), nullable=False),
    sa.Column('answers', sa.JSON(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_voice_answer_person_id_person')),
    sa.ForeignKeyConstraint(['wave_id'], ['voice_wave.id'], name=op.f('fk_voice_answer_wave_id_voice_wave')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_voice_answer')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('voice_answer', schema=None) as batch_op:
        batch_op.create_index('ix_voice_answer_person_id', ['person_id'], unique=False)
        batch_op.create_index('ix_voice_answer_wave_id', ['wave_id'], unique=False)

    op.create_table('voice_answer_text',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('wave_id', sa.Integer(), nullable=False),
    sa.Column('question_key', sa.String(length=40), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('sentiment', sa.Float(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_voice_answer_text_person_id_person')),
    sa.ForeignKeyConstraint(['wave_id'], ['voice_wave.id'], name=op.f('fk_voice_answer_text_wave_id_voice_wave')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_voice_answer_text')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('voice_answer_text', schema=None) as batch_op:
        batch_op.create_index('ix_voice_answer_text_person_id', ['person_id'], unique=False)
        batch_op.create_index('ix_voice_answer_text_wave_id', ['wave_id', 'question_key'], unique=False)

    op.create_table('voice_attachment',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('blocker_id', sa.Integer(), nullable=False),
    sa.Column('description', sa.String(length=200), nullable=False),
    sa.Column('media_type', sa.String(length=20), nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('height', sa.Integer(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.CheckConstraint("media_type in ('image/png', 'image/jpeg')", name=op.f('ck_voice_attachment_media_type_known')),
    sa.ForeignKeyConstraint(['blocker_id'], ['voice_blocker.id'], name=op.f('fk_voice_attachment_blocker_id_voice_blocker')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_voice_attachment')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('voice_attachment', schema=None) as batch_op:
        batch_op.create_index('ix_voice_attachment_blocker_id', ['blocker_id'], unique=False)

    op.create_table('voice_blocker_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('blocker_id', sa.Integer(), nullable=False),
    sa.Column('changed_by_id', sa.Integer(), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('what', sa.JSON(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['blocker_id'], ['voice_blocker.id'], name=op.f('fk_voice_blocker_change_blocker_id_voice_blocker')),
    sa.ForeignKeyConstraint(['changed_by_id'], ['person.id'], name=op.f('fk_voice_blocker_change_changed_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_voice_blocker_change'))
    )
    with op.batch_alter_table('voice_blocker_change', schema=None) as batch_op:
        batch_op.create_index('ix_voice_blocker_change_blocker_id', ['blocker_id', 'id'], unique=False)
        batch_op.create_index('ix_voice_blocker_change_changed_by_id', ['changed_by_id'], unique=False)

    op.create_table('voice_blocker_comment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token', sa.String(length=40), nullable=False),
    sa.Column('blocker_id', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('written_on', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_voice_blocker_comment_author_id_person')),
    sa.ForeignKeyConstraint(['blocker_id'], ['voice_blocker.id'], name=op.f('fk_voice_blocker_comment_blocker_id_voice_blocker')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_voice_blocker_comment')),
    sa.UniqueConstraint('blocker_id', 'token', name=op.f('uq_voice_blocker_comment_blocker_id_token'))
    )
    with op.batch_alter_table('voice_blocker_comment', schema=None) as batch_op:
        batch_op.create_index('ix_voice_blocker_comment_author_id', ['author_id'], unique=False)

    op.create_table('voice_blocker_link',
    sa.Column('blocker_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('ref', sa.String(length=200), nullable=False),
    sa.Column('added_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['added_by_id'], ['person.id'], name=op.f('fk_voice_blocker_link_added_by_id_person')),
    sa.ForeignKeyConstraint(['blocker_id'], ['voice_blocker.id'], name=op.f('fk_voice_blocker_link_blocker_id_voice_blocker')),
    sa.PrimaryKeyConstraint('blocker_id', 'kind', 'ref', name=op.f('pk_voice_blocker_link')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('voice_blocker_link', schema=None) as batch_op:
        batch_op.create_index('ix_voice_blocker_link_ref', ['kind', 'ref'], unique=False)

    op.create_table('voice_follower',
    sa.Column('blocker_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['blocker_id'], ['voice_blocker.id'], name=op.f('fk_voice_follower_blocker_id_voice_blocker')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_voice_follower_person_id_person')),
    sa.PrimaryKeyConstraint('blocker_id', 'person_id', name=op.f('pk_voice_follower')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('voice_follower', schema=None) as batch_op:
        batch_op.create_index('ix_voice_follower_person_id', ['person_id'], unique=False)

    op.create_table('voice_merge',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('source_id', sa.Integer(), nullable=False),
    sa.Column('target_id', sa.Integer(), nullable=False),
    sa.Column('merged_by_id', sa.Integer(), nullable=False),
    sa.Column('merged_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('undone_by_id', sa.Integer(), nullable=True),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('(undone_at IS NULL) = (undone_by_id IS NULL)', name=op.f('ck_voice_merge_undone_by_someone')),
    sa.CheckConstraint('source_id <> target_id', name=op.f('ck_voice_merge_two_blockers')),
    sa.ForeignKeyConstraint(['merged_by_id'], ['person.id'], name=op.f('fk_voice_merge_merged_by_id_person')),
    sa.ForeignKeyConstraint(['source_id'], ['voice_blocker.id'], name=op.f('fk_voice_merge_source_id_voice_blocker')),
    sa.ForeignKeyConstraint(['target_id'], ['voice_blocker.id'], name=op.f('fk_voice_merge_target_id_voice_blocker')),
    sa.ForeignKeyConstraint(['undone_by_id'], ['person.id'], name=op.f('fk_voice_merge_undone_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_voice_merge'))
    )
    with op.batch_alter_table('voice_merge', schema=None) as batch_op:
        batch_op.create_index('ix_voice_merge_target_id', ['target_id'], unique=False)
        batch_op.create_index('uq_voice_merge_standing', ['source_id'], unique=True, sqlite_where=sa.text('undone_at IS NULL'), postgresql_where=sa.text('undone_at IS NULL'))

    op.create_table('voice_participant',
    sa.Column('wave_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('took_part', sa.Boolean(), server_default=sa.text('(false)'), nullable=False),
    sa.Column('begun', sa.LargeBinary(length=32), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_voice_participant_person_id_person')),
    sa.ForeignKeyConstraint(['wave_id'], ['voice_wave.id'], name=op.f('fk_voice_participant_wave_id_voice_wave')),
    sa.PrimaryKeyConstraint('wave_id', 'person_id', name=op.f('pk_voice_participant')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('voice_participant', schema=None) as batch_op:
        batch_op.create_index('ix_voice_participant_person_id', ['person_id', 'took_part'], unique=False)

    op.create_table('voice_reached',
    sa.Column('wave_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.CheckConstraint('n > 0', name=op.f('ck_voice_reached_counted')),
    sa.ForeignKeyConstraint(['wave_id'], ['voice_wave.id'], name=op.f('fk_voice_reached_wave_id_voice_wave')),
    sa.PrimaryKeyConstraint('wave_id', 'position', name=op.f('pk_voice_reached'))
    )
    op.create_table('voice_release',
    sa.Column('wave_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=400), nullable=False),
    sa.Column('shown', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.String(length=20), nullable=False),
    sa.Column('n', sa.Integer(), nullable=True),
    sa.CheckConstraint("shown = (reason = '')", name=op.f('ck_voice_release_refused_has_reason')),
    sa.CheckConstraint('shown = (n IS NOT NULL)', name=op.f('ck_voice_release_refused_has_no_size')),
    sa.ForeignKeyConstraint(['wave_id'], ['voice_wave.id'], name=op.f('fk_voice_release_wave_id_voice_wave')),
    sa.PrimaryKeyConstraint('wave_id', 'key', name=op.f('pk_voice_release')),
    sqlite_with_rowid=False
    )
    op.create_table('voice_reminder',
    sa.Column('wave_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['wave_id'], ['voice_wave.id'], name=op.f('fk_voice_reminder_wave_id_voice_wave')),
    sa.PrimaryKeyConstraint('wave_id', 'day', name=op.f('pk_voice_reminder'))
    )
    op.create_table('voice_sealed_answer',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('wave_id', sa.Integer(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['wave_id'], ['voice_wave.id'], name=op.f('fk_voice_sealed_answer_wave_id_voice_wave')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_voice_sealed_answer')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('voice_sealed_answer', schema=None) as batch_op:
        batch_op.create_index('ix_voice_sealed_answer_wave_id', ['wave_id'], unique=False)

    op.create_table('voice_spent_ticket',
    sa.Column('wave_id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.LargeBinary(length=32), nullable=False),
    sa.ForeignKeyConstraint(['wave_id'], ['voice_wave.id'], name=op.f('fk_voice_spent_ticket_wave_id_voice_wave')),
    sa.PrimaryKeyConstraint('wave_id', 'digest', name=op.f('pk_voice_spent_ticket')),
    sqlite_with_rowid=False
    )
    op.create_table('voice_tally',
    sa.Column('wave_id', sa.Integer(), nullable=False),
    sa.Column('release_key', sa.String(length=400), nullable=False),
    sa.Column('question_key', sa.String(length=40), nullable=False),
    sa.Column('value', sa.String(length=160), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.CheckConstraint('n > 0', name=op.f('ck_voice_tally_counted')),
    sa.ForeignKeyConstraint(['wave_id'], ['voice_wave.id'], name=op.f('fk_voice_tally_wave_id_voice_wave')),
    sa.PrimaryKeyConstraint('wave_id', 'release_key', 'question_key', 'value', name=op.f('pk_voice_tally')),
    sqlite_with_rowid=False
    )
    op.create_table('voice_vote',
    sa.Column('blocker_id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.LargeBinary(length=32), nullable=False),
    sa.Column('merge_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['blocker_id'], ['voice_blocker.id'], name=op.f('fk_voice_vote_blocker_id_voice_blocker')),
    sa.ForeignKeyConstraint(['merge_id'], ['voice_merge.id'], name=op.f('fk_voice_vote_merge_id_voice_merge')),
    sa.PrimaryKeyConstraint('blocker_id', 'digest', name=op.f('pk_voice_vote')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('voice_vote', schema=None) as batch_op:
        batch_op.create_index('ix_voice_vote_merge_id', ['merge_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('voice_vote', schema=None) as batch_op:
        batch_op.drop_index('ix_voice_vote_merge_id')

    op.drop_table('voice_vote')
    op.drop_table('voice_tally')
    op.drop_table('voice_spent_ticket')
    with op.batch_alter_table('voice_sealed_answer', schema=None) as batch_op:
        batch_op.drop_index('ix_voice_sealed_answer_wave_id')

    op.drop_table('voice_sealed_answer')
    op.drop_table('voice_reminder')
    op.drop_table('voice_release')
    op.drop_table('voice_reached')
    with op.batch_alter_table('voice_participant', schema=None) as batch_op:
        batch_op.drop_index('ix_voice_participant_person_id')

    op.drop_table('voice_participant')
    with op.batch_alter_table('voice_merge', schema=None) as batch_op:
        batch_op.drop_index('uq_voice_merge_standing', sqlite_where=sa.text('undone_at IS NULL'), postgresql_where=sa.text('undone_at IS NULL'))
        batch_op.drop_index('ix_voice_merge_target_id')

    op.drop_table('voice_merge')
    with op.batch_alter_table('voice_follower', schema=None) as batch_op:
        batch_op.drop_index('ix_voice_follower_person_id')

    op.drop_table('voice_follower')
    with op.batch_alter_table('voice_blocker_link', schema=None) as batch_op:
        batch_op.drop_index('ix_voice_blocker_link_ref')

    op.drop_table('voice_blocker_link')
    with op.batch_alter_table('voice_blocker_comment', schema=None) as batch_op:
        batch_op.drop_index('ix_voice_blocker_comment_author_id')

    op.drop_table('voice_blocker_comment')
    with op.batch_alter_table('voice_blocker_change', schema=None) as batch_op:
        batch_op.drop_index('ix_voice_blocker_change_changed_by_id')
        batch_op.drop_index('ix_voice_blocker_change_blocker_id')

    op.drop_table('voice_blocker_change')
    with op.batch_alter_table('voice_attachment', schema=None) as batch_op:
        batch_op.drop_index('ix_voice_attachment_blocker_id')

    op.drop_table('voice_attachment')
    with op.batch_alter_table('voice_answer_text', schema=None) as batch_op:
        batch_op.drop_index('ix_voice_answer_text_wave_id')
        batch_op.drop_index('ix_voice_answer_text_person_id')

    op.drop_table('voice_answer_text')
    with op.batch_alter_table('voice_answer', schema=None) as batch_op:
        batch_op.drop_index('ix_voice_answer_wave_id')
        batch_op.drop_index('ix_voice_answer_person_id')

    op.drop_table('voice_answer')
    with op.batch_alter_table('voice_wave', schema=None) as batch_op:
        batch_op.drop_index('ix_voice_wave_state')

    op.drop_table('voice_wave')
    op.drop_table('voice_question')
    with op.batch_alter_table('voice_blocker', schema=None) as batch_op:
        batch_op.drop_index('ix_voice_blocker_state')
        batch_op.drop_index('ix_voice_blocker_split_from_id')
        batch_op.drop_index('ix_voice_blocker_reporter_id')
        batch_op.drop_index('ix_voice_blocker_process_id')
        batch_op.drop_index('ix_voice_blocker_owner_id')
        batch_op.drop_index('ix_voice_blocker_merged_into_id')
        batch_op.drop_index('ix_voice_blocker_driver_id')

    op.drop_table('voice_blocker')
    op.drop_table('voice_survey')
    with op.batch_alter_table('voice_process', schema=None) as batch_op:
        batch_op.drop_index('ix_voice_process_driver_id')

    op.drop_table('voice_process')
    op.drop_table('voice_driver_weight')
