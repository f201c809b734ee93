"""Hidden words"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "merging"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step."""
    op.add_column("question", sa.Column("name_hidden_leaf", sa.BigInteger(), nullable=True))
    with op.batch_alter_table("question_text") as table:
        table.add_column(sa.Column("hidden_leaf", sa.BigInteger(), nullable=True))
        table.alter_column("text", existing_type=sa.Text(), nullable=True)
        table.alter_column("salt", existing_type=sa.LargeBinary(32), nullable=True)
        table.create_check_constraint(
            op.f("ck_question_text_text_or_hidden"), "text IS NOT NULL OR hidden_leaf IS NOT NULL"
        )
        table.create_check_constraint(
            op.f("ck_question_text_salt_with_text"), "(text IS NULL) = (salt IS NULL)"
        )
    with op.batch_alter_table("decision") as table:
        table.add_column(sa.Column("hidden_leaf", sa.BigInteger(), nullable=True))
        table.alter_column("explanation", existing_type=sa.Text(), nullable=True)
        table.alter_column("explanation_salt", existing_type=sa.LargeBinary(32), nullable=True)
        table.create_check_constraint(
            op.f("ck_decision_explained_or_hidden"),
            "explanation IS NOT NULL OR hidden_leaf IS NOT NULL",
        )
        table.create_check_constraint(
            op.f("ck_decision_salt_with_explanation"),
            "(explanation IS NULL) = (explanation_salt IS NULL)",
        )
    with op.batch_alter_table("answer") as table:
        table.add_column(sa.Column("hidden_leaf", sa.BigInteger(), nullable=True))
        table.drop_constraint(op.f("ck_answer_written_has_text"), type_="check")
        table.create_check_constraint(
            op.f("ck_answer_written_has_text"),
            "(mode = 'written') = (text IS NOT NULL OR hidden_leaf IS NOT NULL)",
        )
    _create_tables()


def _create_tables() -> None:
    op.create_table(
        "hiding_act",
        sa.Column("question_id", _key(), nullable=False),
        sa.Column("leaf_index", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=9), nullable=False),
        sa.Column("what", sa.JSON(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.Column("spans", sa.Integer(), nullable=False),
        sa.Column("basis", sa.String(length=13), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=True),
        sa.Column("explanation_salt", sa.LargeBinary(length=32), nullable=True),
        sa.Column("done_by", sa.String(length=40), nullable=False),
        sa.Column("second", sa.String(length=40), nullable=True),
        sa.Column("done_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind IN ('redaction', 'erasure')", name=op.f("ck_hiding_act_kind")),
        sa.CheckConstraint(
            "(kind = 'redaction') = (second IS NOT NULL AND explanation IS NOT NULL"
            " AND explanation_salt IS NOT NULL)",
            name=op.f("ck_hiding_act_a_redaction_has_two_people_and_reasons"),
        ),
        sa.CheckConstraint(
            "second IS NULL OR second <> done_by", name=op.f("ck_hiding_act_two_people")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_hiding_act_question_id_question")
        ),
        sa.PrimaryKeyConstraint("question_id", "leaf_index", name=op.f("pk_hiding_act")),
    )
    op.create_table(
        "redaction_proposal",
        sa.Column("id", _key(), nullable=False),
        sa.Column("question_id", _key(), nullable=False),
        sa.Column("what", sa.String(length=11), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.Column("spans", sa.JSON(), nullable=False),
        sa.Column("basis", sa.String(length=13), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.String(length=40), nullable=False),
        sa.Column("staff_id", _key(), nullable=False),
        sa.Column("proposed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["question.id"],
            name=op.f("fk_redaction_proposal_question_id_question"),
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_redaction_proposal_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redaction_proposal")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_redaction_proposal_question_id"), "redaction_proposal", ["question_id"]
    )


def downgrade() -> None:
    """Take this step back, unless words have been hidden: the older tables cannot say so."""
    acts = op.get_bind().execute(sa.text("SELECT count(*) FROM hiding_act")).scalar_one()
    if acts:
        raise RuntimeError("Words have been hidden here; the older tables have no place for that.")
    op.drop_index(op.f("ix_redaction_proposal_question_id"), table_name="redaction_proposal")
    op.drop_table("redaction_proposal")
    op.drop_table("hiding_act")
    with op.batch_alter_table("answer") as table:
        table.drop_constraint(op.f("ck_answer_written_has_text"), type_="check")
        table.create_check_constraint(
            op.f("ck_answer_written_has_text"), "(mode = 'written') = (text IS NOT NULL)"
        )
        table.drop_column("hidden_leaf")
    with op.batch_alter_table("decision") as table:
        table.drop_constraint(op.f("ck_decision_salt_with_explanation"), type_="check")
        table.drop_constraint(op.f("ck_decision_explained_or_hidden"), type_="check")
        table.alter_column("explanation_salt", existing_type=sa.LargeBinary(32), nullable=False)
        table.alter_column("explanation", existing_type=sa.Text(), nullable=False)
        table.drop_column("hidden_leaf")
    with op.batch_alter_table("question_text") as table:
        table.drop_constraint(op.f("ck_question_text_salt_with_text"), type_="check")
        table.drop_constraint(op.f("ck_question_text_text_or_hidden"), type_="check")
        table.alter_column("salt", existing_type=sa.LargeBinary(32), nullable=False)
        table.alter_column("text", existing_type=sa.Text(), nullable=False)
        table.drop_column("hidden_leaf")
    op.drop_column("question", "name_hidden_leaf")


def _key() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")
