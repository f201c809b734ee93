"""Second reviews"""

import sqlalchemy as sa
from alembic import op

revision = "second_reviews"
down_revision = "appeals"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply this step. What was decided before is in no sample: no policy had one."""
    op.add_column(
        "decision",
        sa.Column("sampled", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_table(
        "second_review",
        sa.Column("question_id", KEY, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("explanation_salt", sa.LargeBinary(length=32), nullable=False),
        sa.Column("reviewed_by", sa.String(length=40), nullable=False),
        sa.Column("staff_id", KEY, nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.Column("reviewed_at", sa.BigInteger(), nullable=False),
        sa.Column("leaf_index", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "verdict IN ('publish', 'filter')", name=op.f("ck_second_review_verdict")
        ),
        sa.CheckConstraint(
            "(verdict = 'filter') = (reason IS NOT NULL)",
            name=op.f("ck_second_review_reason_of_a_decline"),
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_second_review_question_id_question")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_second_review_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("question_id", "seq", name=op.f("pk_second_review")),
    )


def downgrade() -> None:
    """Take this step back."""
    op.drop_table("second_review")
    op.drop_column("decision", "sampled")
