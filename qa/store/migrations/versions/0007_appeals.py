"""Appeals"""

import sqlalchemy as sa
from alembic import op

revision = "appeals"
down_revision = "topic_edits"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "appeal",
        sa.Column("question_id", KEY, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.String(length=10), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("leaf_index", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.CheckConstraint("asked_by IN ('Author', 'Supporters')", name=op.f("ck_appeal_asked_by")),
        sa.CheckConstraint(
            "outcome IN ('upheld', 'overturned', 'void')", name=op.f("ck_appeal_outcome")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_appeal_question_id_question")
        ),
        sa.PrimaryKeyConstraint("question_id", "seq", name=op.f("pk_appeal")),
    )
    op.create_table(
        "appeal_call",
        sa.Column("question_id", KEY, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("voter", sa.LargeBinary(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_appeal_call_question_id_question")
        ),
        sa.PrimaryKeyConstraint("question_id", "seq", "voter", name=op.f("pk_appeal_call")),
    )
    op.add_column("decision", sa.Column("appeal", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Take this step back."""
    op.drop_column("decision", "appeal")
    op.drop_table("appeal_call")
    op.drop_table("appeal")
