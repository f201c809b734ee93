"""What the auditor changed about topics"""

import sqlalchemy as sa
from alembic import op

revision = "topic_edits"
down_revision = "publication"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "topic_edit",
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("leaf_index", sa.BigInteger(), nullable=False),
        sa.Column("edited_by", sa.String(length=40), nullable=False),
        sa.Column("act", sa.String(length=4), nullable=False),
        sa.Column("docket_number", sa.Integer(), nullable=False),
        sa.Column("into_number", sa.Integer(), nullable=True),
        sa.Column("label", sa.String(length=480), nullable=True),
        sa.CheckConstraint("act IN ('name', 'move', 'join')", name=op.f("ck_topic_edit_act")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_topic_edit_event_id_event")
        ),
        sa.PrimaryKeyConstraint("event_id", "leaf_index", name=op.f("pk_topic_edit")),
    )


def downgrade() -> None:
    """Take this step back."""
    op.drop_table("topic_edit")
