"""Customers' responses, their labels, the tallies kept with them, and how they come in

Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('nps_customer_contact',
    sa.Column('customer_key', sa.String(length=200), nullable=False),
    sa.Column('name', sa.String(length=200), server_default='', nullable=False),
    sa.Column('email', sa.String(length=254), server_default='', nullable=False),
    sa.Column('phone', sa.String(length=60), server_default='', nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('customer_key', name=op.f('pk_nps_customer_contact'))
    )
    op.create_table('nps_dimension',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('is_segment', sa.Boolean(), server_default=sa.text('(false)'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_nps_dimension')),
    sa.UniqueConstraint('key', name=op.f('uq_nps_dimension_key'))
    )
    op.create_table('nps_driver',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('low', sa.SmallInteger(), nullable=False),
    sa.Column('high', sa.SmallInteger(), nullable=False),
    sa.CheckConstraint('(low = 1 AND high = 5) OR (low = 0 AND high = 10)', name=op.f('ck_nps_driver_scale_known')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_nps_driver')),
    sa.UniqueConstraint('key', name=op.f('uq_nps_driver_key'))
    )
    op.create_table('nps_emerging_topic',
    sa.Column('term', sa.String(length=120), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('recent', sa.Integer(), nullable=False),
    sa.Column('before', sa.Integer(), nullable=False),
    sa.Column('z', sa.Float(), nullable=False),
    sa.PrimaryKeyConstraint('term', name=op.f('pk_nps_emerging_topic'))
    )
    op.create_table('nps_source',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('secret_epoch', sa.Integer(), server_default='1', nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_nps_source')),
    sa.UniqueConstraint('slug', name=op.f('uq_nps_source_slug'))
    )
    op.create_table('nps_api_token',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('source_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['created_by_id'], ['person.id'], name=op.f('fk_nps_api_token_created_by_id_person')),
    sa.ForeignKeyConstraint(['source_id'], ['nps_source.id'], name=op.f('fk_nps_api_token_source_id_nps_source')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_nps_api_token')),
    sa.UniqueConstraint('digest', name=op.f('uq_nps_api_token_digest'))
    )
    with op.batch_alter_table('nps_api_token', schema=None) as batch_op:
        batch_op.create_index('ix_nps_api_token_source_id', ['source_id'], unique=False)

    op.create_table('nps_customer_erasure',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('erased_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('erased_by_id', sa.Integer(), nullable=True),
    sa.Column('responses', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['erased_by_id'], ['person.id'], name=op.f('fk_nps_customer_erasure_erased_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_nps_customer_erasure'))
    )
    with op.batch_alter_table('nps_customer_erasure', schema=None) as batch_op:
        batch_op.create_index('ix_nps_customer_erasure_erased_by_id', ['erased_by_id'], unique=False)

    op.create_table('nps_import_run',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token', sa.String(length=40), nullable=False),
    sa.Column('filename', sa.String(length=200), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('uploaded_by_id', sa.Integer(), nullable=False),
    sa.Column('uploaded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('mapping', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('leased_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('bytes_read', sa.Integer(), server_default='0', nullable=False),
    sa.Column('counts', sa.JSON(), nullable=False),
    sa.Column('message', sa.String(length=500), server_default='', nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state in ('mapping', 'waiting', 'running', 'done', 'failed')", name=op.f('ck_nps_import_run_state_known')),
    sa.ForeignKeyConstraint(['uploaded_by_id'], ['person.id'], name=op.f('fk_nps_import_run_uploaded_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_nps_import_run')),
    sa.UniqueConstraint('token', name=op.f('uq_nps_import_run_token'))
    )
    with op.batch_alter_table('nps_import_run', schema=None) as batch_op:
        batch_op.create_index('ix_nps_import_run_state', ['state'], unique=False)
        batch_op.create_index('ix_nps_import_run_uploaded_by_id', ['uploaded_by_id'], unique=False)

    op.create_table('nps_label',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('dimension_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('lead_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['dimension_id'], ['nps_dimension.id'], name=op.f('fk_nps_label_dimension_id_nps_dimension')),
    sa.ForeignKeyConstraint(['lead_id'], ['person.id'], name=op.f('fk_nps_label_lead_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_nps_label')),
    sa.UniqueConstraint('dimension_id', 'key', name=op.f('uq_nps_label_dimension_id_key'))
    )
    with op.batch_alter_table('nps_label', schema=None) as batch_op:
        batch_op.create_index('ix_nps_label_lead_id', ['lead_id'], unique=False)

    op.create_table('nps_mapping',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('saved_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['saved_by_id'], ['person.id'], name=op.f('fk_nps_mapping_saved_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_nps_mapping')),
    sa.UniqueConstraint('slug', name=op.f('uq_nps_mapping_slug'))
    )
    op.create_table('nps_person_day',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('promoters', sa.Integer(), nullable=False),
    sa.Column('passives', sa.Integer(), nullable=False),
    sa.Column('detractors', sa.Integer(), nullable=False),
    sa.CheckConstraint('promoters >= 0 AND passives >= 0 AND detractors >= 0', name=op.f('ck_nps_person_day_not_negative')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_nps_person_day_person_id_person')),
    sa.PrimaryKeyConstraint('person_id', 'day', name=op.f('pk_nps_person_day')),
    sqlite_with_rowid=False
    )
    op.create_table('nps_person_month',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('promoters', sa.Integer(), nullable=False),
    sa.Column('passives', sa.Integer(), nullable=False),
    sa.Column('detractors', sa.Integer(), nullable=False),
    sa.CheckConstraint('promoters >= 0 AND passives >= 0 AND detractors >= 0', name=op.f('ck_nps_person_month_not_negative')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_nps_person_month_person_id_person')),
    sa.PrimaryKeyConstraint('person_id', 'month', name=op.f('pk_nps_person_month')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('nps_person_month', schema=None) as batch_op:
        batch_op.create_index('ix_nps_person_month_month', ['month', 'person_id'], unique=False)

    op.create_table('nps_webhook_delivery',
    sa.Column('source_id', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.String(length=200), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['source_id'], ['nps_source.id'], name=op.f('fk_nps_webhook_delivery_source_id_nps_source')),
    sa.PrimaryKeyConstraint('source_id', 'message_id', name=op.f('pk_nps_webhook_delivery'))
    )
    with op.batch_alter_table('nps_webhook_delivery', schema=None) as batch_op:
        batch_op.create_index('ix_nps_webhook_delivery_received_at', ['received_at'], unique=False)

    op.create_table('nps_api_call',
    sa.Column('token_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('status', sa.SmallInteger(), nullable=False),
    sa.Column('answer', sa.JSON(), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['token_id'], ['nps_api_token.id'], name=op.f('fk_nps_api_call_token_id_nps_api_token')),
    sa.PrimaryKeyConstraint('token_id', 'key', name=op.f('pk_nps_api_call'))
    )
    with op.batch_alter_table('nps_api_call', schema=None) as batch_op:
        batch_op.create_index('ix_nps_api_call_answered_at', ['answered_at'], unique=False)

    op.create_table('nps_driver_month',
    sa.Column('label_id', sa.Integer(), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('driver_id', sa.Integer(), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('squares', sa.Integer(), nullable=False),
    sa.CheckConstraint('n >= 0 AND total >= 0 AND squares >= 0', name=op.f('ck_nps_driver_month_not_negative')),
    sa.ForeignKeyConstraint(['driver_id'], ['nps_driver.id'], name=op.f('fk_nps_driver_month_driver_id_nps_driver')),
    sa.ForeignKeyConstraint(['label_id'], ['nps_label.id'], name=op.f('fk_nps_driver_month_label_id_nps_label')),
    sa.PrimaryKeyConstraint('label_id', 'month', 'driver_id', name=op.f('pk_nps_driver_month')),
    sqlite_with_rowid=False
    )
    op.create_table('nps_label_day',
    sa.Column('label_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('promoters', sa.Integer(), nullable=False),
    sa.Column('passives', sa.Integer(), nullable=False),
    sa.Column('detractors', sa.Integer(), nullable=False),
    sa.CheckConstraint('promoters >= 0 AND passives >= 0 AND detractors >= 0', name=op.f('ck_nps_label_day_not_negative')),
    sa.ForeignKeyConstraint(['label_id'], ['nps_label.id'], name=op.f('fk_nps_label_day_label_id_nps_label')),
    sa.PrimaryKeyConstraint('label_id', 'day', name=op.f('pk_nps_label_day')),
    sqlite_with_rowid=False
    )
    op.create_table('nps_pair_month',
    sa.Column('first_id', sa.Integer(), nullable=False),
    sa.Column('second_dimension_id', sa.Integer(), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('second_id', sa.Integer(), nullable=False),
    sa.Column('promoters', sa.Integer(), nullable=False),
    sa.Column('passives', sa.Integer(), nullable=False),
    sa.Column('detractors', sa.Integer(), nullable=False),
    sa.CheckConstraint('promoters >= 0 AND passives >= 0 AND detractors >= 0', name=op.f('ck_nps_pair_month_not_negative')),
    sa.ForeignKeyConstraint(['first_id'], ['nps_label.id'], name=op.f('fk_nps_pair_month_first_id_nps_label')),
    sa.ForeignKeyConstraint(['second_dimension_id'], ['nps_dimension.id'], name=op.f('fk_nps_pair_month_second_dimension_id_nps_dimension')),
    sa.ForeignKeyConstraint(['second_id'], ['nps_label.id'], name=op.f('fk_nps_pair_month_second_id_nps_label')),
    sa.PrimaryKeyConstraint('first_id', 'second_dimension_id', 'month', 'second_id', name=op.f('pk_nps_pair_month')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('nps_pair_month', schema=None) as batch_op:
        batch_op.create_index('ix_nps_pair_month_second_id', ['second_id'], unique=False)

    op.create_table('nps_response',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('source_id', sa.Integer(), nullable=False),
    sa.Column('external_id', sa.String(length=200), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('fingerprint', sa.LargeBinary(length=16), nullable=False),
    sa.Column('score', sa.SmallInteger(), nullable=False),
    sa.Column('responded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('survey_id', sa.Integer(), nullable=True),
    sa.Column('touchpoint_id', sa.Integer(), nullable=True),
    sa.Column('channel_id', sa.Integer(), nullable=True),
    sa.Column('department_id', sa.Integer(), nullable=True),
    sa.Column('team_id', sa.Integer(), nullable=True),
    sa.Column('tier_id', sa.Integer(), nullable=True),
    sa.Column('segments', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('drivers', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('osat', sa.SmallInteger(), nullable=True),
    sa.Column('customer_key', sa.String(length=200), nullable=True),
    sa.Column('comment', sa.Text(), nullable=True),
    sa.Column('sentiment', sa.Float(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('erased_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('osat BETWEEN 0 AND 10', name=op.f('ck_nps_response_osat_from_0_to_10')),
    sa.CheckConstraint('score BETWEEN 0 AND 10', name=op.f('ck_nps_response_score_from_0_to_10')),
    sa.CheckConstraint('version >= 1', name=op.f('ck_nps_response_version_positive')),
    sa.ForeignKeyConstraint(['channel_id'], ['nps_label.id'], name=op.f('fk_nps_response_channel_id_nps_label')),
    sa.ForeignKeyConstraint(['department_id'], ['nps_label.id'], name=op.f('fk_nps_response_department_id_nps_label')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_nps_response_person_id_person')),
    sa.ForeignKeyConstraint(['source_id'], ['nps_source.id'], name=op.f('fk_nps_response_source_id_nps_source')),
    sa.ForeignKeyConstraint(['survey_id'], ['nps_label.id'], name=op.f('fk_nps_response_survey_id_nps_label')),
    sa.ForeignKeyConstraint(['team_id'], ['nps_label.id'], name=op.f('fk_nps_response_team_id_nps_label')),
    sa.ForeignKeyConstraint(['tier_id'], ['nps_label.id'], name=op.f('fk_nps_response_tier_id_nps_label')),
    sa.ForeignKeyConstraint(['touchpoint_id'], ['nps_label.id'], name=op.f('fk_nps_response_touchpoint_id_nps_label')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_nps_response')),
    sa.UniqueConstraint('source_id', 'external_id', name=op.f('uq_nps_response_source_id_external_id'))
    )
    with op.batch_alter_table('nps_response', schema=None) as batch_op:
        batch_op.create_index('ix_nps_response_commented', ['responded_at', 'id'], unique=False, sqlite_where=sa.text('comment IS NOT NULL'), postgresql_where=sa.text('comment IS NOT NULL'))
        batch_op.create_index('ix_nps_response_customer_key', ['customer_key'], unique=False, sqlite_where=sa.text('customer_key IS NOT NULL'), postgresql_where=sa.text('customer_key IS NOT NULL'))
        batch_op.create_index('ix_nps_response_person_id', ['person_id', 'responded_at', 'id'], unique=False)
        batch_op.create_index('ix_nps_response_responded_at', ['responded_at', 'id'], unique=False)
        batch_op.create_index('ix_nps_response_unread', ['id'], unique=False, sqlite_where=sa.text('comment IS NOT NULL AND sentiment IS NULL'), postgresql_where=sa.text('comment IS NOT NULL AND sentiment IS NULL'))

    op.create_table('nps_survey_invitations',
    sa.Column('survey_id', sa.Integer(), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('asked', sa.Integer(), nullable=False),
    sa.CheckConstraint('asked >= 0', name=op.f('ck_nps_survey_invitations_asked_not_negative')),
    sa.ForeignKeyConstraint(['survey_id'], ['nps_label.id'], name=op.f('fk_nps_survey_invitations_survey_id_nps_label')),
    sa.PrimaryKeyConstraint('survey_id', 'month', name=op.f('pk_nps_survey_invitations'))
    )
    op.create_table('nps_response_segment',
    sa.Column('label_id', sa.Integer(), nullable=False),
    sa.Column('response_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['label_id'], ['nps_label.id'], name=op.f('fk_nps_response_segment_label_id_nps_label')),
    sa.ForeignKeyConstraint(['response_id'], ['nps_response.id'], name=op.f('fk_nps_response_segment_response_id_nps_response')),
    sa.PrimaryKeyConstraint('label_id', 'response_id', name=op.f('pk_nps_response_segment')),
    sqlite_with_rowid=False
    )
    op.create_table('nps_response_version',
    sa.Column('response_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('fingerprint', sa.LargeBinary(length=16), nullable=False),
    sa.Column('score', sa.SmallInteger(), nullable=False),
    sa.Column('comment', sa.Text(), nullable=True),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('replaced_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['response_id'], ['nps_response.id'], name=op.f('fk_nps_response_version_response_id_nps_response')),
    sa.PrimaryKeyConstraint('response_id', 'version', name=op.f('pk_nps_response_version'))
    )


def downgrade() -> None:
    op.drop_table('nps_response_version')
    op.drop_table('nps_response_segment')
    op.drop_table('nps_survey_invitations')
    with op.batch_alter_table('nps_response', schema=None) as batch_op:
        batch_op.drop_index('ix_nps_response_unread', sqlite_where=sa.text('comment IS NOT NULL AND sentiment IS NULL'), postgresql_where=sa.text('comment IS NOT NULL AND sentiment IS NULL'))
        batch_op.drop_index('ix_nps_response_responded_at')
        batch_op.drop_index('ix_nps_response_person_id')
        batch_op.drop_index('ix_nps_response_customer_key', sqlite_where=sa.text('customer_key IS NOT NULL'), postgresql_where=sa.text('customer_key IS NOT NULL'))
        batch_op.drop_index('ix_nps_response_commented', sqlite_where=sa.text('comment IS NOT NULL'), postgresql_where=sa.text('comment IS NOT NULL'))

    op.drop_table('nps_response')
    with op.batch_alter_table('nps_pair_month', schema=None) as batch_op:
        batch_op.drop_index('ix_nps_pair_month_second_id')

    op.drop_table('nps_pair_month')
    op.drop_table('nps_label_day')
    op.drop_table('nps_driver_month')
    with op.batch_alter_table('nps_api_call', schema=None) as batch_op:
        batch_op.drop_index('ix_nps_api_call_answered_at')

    op.drop_table('nps_api_call')
    with op.batch_alter_table('nps_webhook_delivery', schema=None) as batch_op:
        batch_op.drop_index('ix_nps_webhook_delivery_received_at')

    op.drop_table('nps_webhook_delivery')
    with op.batch_alter_table('nps_person_month', schema=None) as batch_op:
        batch_op.drop_index('ix_nps_person_month_month')

    op.drop_table('nps_person_month')
    op.drop_table('nps_person_day')
    op.drop_table('nps_mapping')
    with op.batch_alter_table('nps_label', schema=None) as batch_op:
        batch_op.drop_index('ix_nps_label_lead_id')

    op.drop_table('nps_label')
    with op.batch_alter_table('nps_import_run', schema=None) as batch_op:
        batch_op.drop_index('ix_nps_import_run_uploaded_by_id')
        batch_op.drop_index('ix_nps_import_run_state')

    op.drop_table('nps_import_run')
    with op.batch_alter_table('nps_customer_erasure', schema=None) as batch_op:
        batch_op.drop_index('ix_nps_customer_erasure_erased_by_id')

    op.drop_table('nps_customer_erasure')
    with op.batch_alter_table('nps_api_token', schema=None) as batch_op:
        batch_op.drop_index('ix_nps_api_token_source_id')

    op.drop_table('nps_api_token')
    op.drop_table('nps_source')
    op.drop_table('nps_emerging_topic')
    op.drop_table('nps_driver')
    op.drop_table('nps_dimension')
    op.drop_table('nps_customer_contact')
