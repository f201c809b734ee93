"""The words of second reviews can be hidden"""

import sqlalchemy as sa
from alembic import op

revision = "hidden_words_of_reviews"
down_revision = "participants_who_sign_in"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step."""
    with op.batch_alter_table("second_review") as table:
        table.alter_column("explanation", existing_type=sa.Text(), nullable=True)
        table.alter_column(
            "explanation_salt", existing_type=sa.LargeBinary(length=32), nullable=True
        )
        table.add_column(sa.Column("hidden_leaf", sa.BigInteger()))
        table.create_check_constraint(
            op.f("ck_second_review_explained_or_hidden"),
            "explanation IS NOT NULL OR hidden_leaf IS NOT NULL",
        )
        table.create_check_constraint(
            op.f("ck_second_review_salt_with_explanation"),
            "(explanation IS NULL) = (explanation_salt IS NULL)",
        )


def downgrade() -> None:
    """Take this step back, unless words of reviews have been hidden: older tables cannot say so."""
    hidden = sa.text("SELECT count(*) FROM second_review WHERE hidden_leaf IS NOT NULL")
    if op.get_bind().execute(hidden).scalar_one():
        raise RuntimeError("Words of reviews have been hidden; older tables cannot say so.")
    with op.batch_alter_table("second_review") as table:
        table.drop_constraint(op.f("ck_second_review_explained_or_hidden"), type_="check")
        table.drop_constraint(op.f("ck_second_review_salt_with_explanation"), type_="check")
        table.drop_column("hidden_leaf")
        table.alter_column("explanation", existing_type=sa.Text(), nullable=False)
        table.alter_column(
            "explanation_salt", existing_type=sa.LargeBinary(length=32), nullable=False
        )
