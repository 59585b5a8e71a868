"""The first schema."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_keys",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("roles", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_api_keys")),
    )
    op.create_table(
        "api_key_secrets",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["name"], ["api_keys.name"], name=op.f("fk_api_key_secrets_name")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_api_key_secrets")),
    )
    with op.batch_alter_table("api_key_secrets", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_api_key_secrets_name"), ["name"], unique=False)

    op.create_table(
        "customers",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("subdivision", sa.String(), nullable=True),
        sa.Column("timezone", sa.String(), nullable=True),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("segment", sa.String(), nullable=True),
        sa.Column("tags", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("zones", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("contacts", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("account_manager", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=True),
        sa.Column("parent", sa.String(), nullable=True),
        sa.Column("opted_out", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("silent", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("texts_stopped", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("bounced", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("away", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("stopped", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=True),
        sa.Column("consent_withdrawn", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=True),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["parent"], ["customers.id"], name=op.f("fk_customers_parent")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers")),
    )
    with op.batch_alter_table("customers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_customers_parent"), ["parent"], unique=False)
        batch_op.create_index(batch_op.f("ix_customers_registered_at_id"), ["registered_at", "id"], unique=False)
        batch_op.create_index(
            "ix_customers_stopped",
            ["id"],
            unique=False,
            sqlite_where=sa.text("stopped IS NOT NULL"),
            postgresql_where=sa.text("stopped IS NOT NULL"),
        )

    op.create_table(
        "failed_sign_ins",
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("hour", "network", name=op.f("pk_failed_sign_ins")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "letters",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("invoice_id", sa.String(), nullable=True),
        sa.Column("notice", sa.String(), nullable=True),
        sa.Column("page", sa.Text(), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("wanted", sa.String(), nullable=True),
        sa.Column("logo", sa.String(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
    )
    with op.batch_alter_table("letters", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_letters_at_id"), ["at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_letters_invoice_id_at_id"), ["invoice_id", "at", "id"], unique=False)

    op.create_table(
        "logos",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_logos")),
    )
    op.create_table(
        "search_words",
        sa.Column("kind", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("word", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("id", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("kind", "word", "id", name=op.f("pk_search_words")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("search_words", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_search_words_kind_id_word"), ["kind", "id", "word"], unique=False)

    op.create_table(
        "own_secrets",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_own_secrets")),
    )
    op.create_table(
        "policies",
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_policies")),
    )
    with op.batch_alter_table("policies", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_policies_name"), ["name"], unique=False)

    op.create_table(
        "provider_events",
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("object_type", sa.String(), nullable=False),
        sa.Column("object_id", sa.String(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("provider", "id", name=op.f("pk_provider_events")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("provider_events", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_provider_events_provider_object_id_created"),
            ["provider", "object_id", "created"],
            unique=False,
        )

    op.create_table(
        "foreign_events",
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("provider", "id", name=op.f("pk_foreign_events")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "replies",
        sa.Column("request", sa.String(), nullable=False),
        sa.Column("body_hash", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("request", name=op.f("pk_replies")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "people",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("roles", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_people")),
        sa.UniqueConstraint("email", name=op.f("uq_people_email")),
        sa.UniqueConstraint("subject", name=op.f("uq_people_subject")),
    )
    op.create_table(
        "person_links",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.name"], name=op.f("fk_person_links_person")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_person_links")),
    )
    with op.batch_alter_table("person_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_links_person"), ["person"], unique=False)

    op.create_table(
        "access_changes",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_access_changes")),
    )
    op.create_table(
        "sessions",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.name"], name=op.f("fk_sessions_person")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_sessions")),
    )
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sessions_ends_at"), ["ends_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_sessions_person"), ["person"], unique=False)

    op.create_table(
        "waiting_news",
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("payment", sa.String(), nullable=False),
        sa.Column("messages", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("provider", "event", name=op.f("pk_waiting_news")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("waiting_news", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_waiting_news_provider_payment"), ["provider", "payment"], unique=False)

    op.create_table(
        "unmatched_payments",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("currency", sa.CHAR(length=3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=True),
        sa.Column("payer", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unmatched_payments")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("unmatched_payments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unmatched_payments_at_id"), ["at", "id"], unique=False)

    op.create_table(
        "invoices",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("currency", sa.CHAR(length=3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("tags", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("attempts", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column(
            "discount", sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql"), nullable=True
        ),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at_rest", sa.Boolean(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_invoices_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoices")),
    )
    with op.batch_alter_table("invoices", schema=None) as batch_op:
        batch_op.create_index(
            "ix_invoices_asking",
            ["due_on", "id"],
            unique=False,
            sqlite_where=sa.text("at_rest = 0 AND voided_at IS NULL"),
            postgresql_where=sa.text("NOT at_rest AND voided_at IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_invoices_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index(
            "ix_invoices_document",
            ["id"],
            unique=False,
            sqlite_where=sa.text("amount = 0"),
            postgresql_where=sa.text("amount = 0"),
        )
        batch_op.create_index(batch_op.f("ix_invoices_due_on_id"), ["due_on", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_invoices_registered_at_id"), ["registered_at", "id"], unique=False)

    op.create_table(
        "methods",
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("network", sa.String(), nullable=True),
        sa.Column("brand", sa.String(), nullable=True),
        sa.Column("last4", sa.String(), nullable=True),
        sa.Column("expires", sa.String(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("renewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_methods_customer_id")),
        sa.PrimaryKeyConstraint("customer_id", "id", name=op.f("pk_methods")),
        sa.UniqueConstraint("customer_id", "position", name=op.f("uq_methods_customer_id_position")),
    )
    op.create_table(
        "acts",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("invoice_id", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("effect", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("answer", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=True),
        sa.Column("written", sa.Boolean(), nullable=False),
        sa.Column("along", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_acts_customer_id")),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.id"], name=op.f("fk_acts_invoice_id")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_acts")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("acts", schema=None) as batch_op:
        batch_op.create_index(
            "ix_acts_contact_limit",
            ["customer_id", "day"],
            unique=False,
            sqlite_where=sa.text("messages > 0"),
            postgresql_where=sa.text("messages > 0"),
        )

    op.create_table(
        "attempts",
        sa.Column("invoice_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("advice", sa.String(), nullable=True),
        sa.Column("network_code", sa.String(), nullable=True),
        sa.Column("network_advice", sa.String(), nullable=True),
        sa.Column("row", sa.String(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_attempts_customer_id")),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.id"], name=op.f("fk_attempts_invoice_id")),
        sa.PrimaryKeyConstraint("invoice_id", "number", name=op.f("pk_attempts")),
        sa.UniqueConstraint("key", name=op.f("uq_attempts_key")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attempts_customer_id_at"), ["customer_id", "at"], unique=False)
        batch_op.create_index(
            "ix_attempts_row_at",
            ["row", "at"],
            unique=False,
            sqlite_where=sa.text('"row" IS NOT NULL'),
            postgresql_where=sa.text('"row" IS NOT NULL'),
        )

    op.create_table(
        "cases",
        sa.Column("invoice_id", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("policy_hash", sa.String(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.Column("demandable", sa.BigInteger(), nullable=False),
        sa.Column("principal", sa.BigInteger(), nullable=False),
        sa.Column("costs", sa.BigInteger(), nullable=False),
        sa.Column("interest", sa.BigInteger(), nullable=False),
        sa.Column("next_step", sa.String(), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.String(), nullable=True),
        sa.Column("holds", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("broken_promises", sa.Integer(), nullable=False),
        sa.Column("broken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disputed_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ranked", sa.Boolean(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column(
            "promised", sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql"), nullable=False
        ),
        sa.Column("currency", sa.CHAR(length=3), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clock", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("run", sa.String(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_cases_customer_id")),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.id"], name=op.f("fk_cases_invoice_id")),
        sa.ForeignKeyConstraint(["policy_hash"], ["policies.hash"], name=op.f("fk_cases_policy_hash")),
        sa.PrimaryKeyConstraint("invoice_id", name=op.f("pk_cases")),
    )
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cases_customer_id_outcome"), ["customer_id", "outcome"], unique=False)
        batch_op.create_index(
            "ix_cases_open_balance",
            ["balance", "invoice_id"],
            unique=False,
            sqlite_where=sa.text("outcome IS NULL"),
            postgresql_where=sa.text("outcome IS NULL"),
        )
        batch_op.create_index(
            "ix_cases_open_due",
            ["due_on", "currency", "balance", "outcome"],
            unique=False,
            sqlite_where=sa.text("outcome IS NULL"),
            postgresql_where=sa.text("outcome IS NULL"),
        )
        batch_op.create_index(
            "ix_cases_open_policy",
            ["policy", "policy_hash", "outcome"],
            unique=False,
            sqlite_where=sa.text("outcome IS NULL"),
            postgresql_where=sa.text("outcome IS NULL"),
        )
        batch_op.create_index(
            "ix_cases_open_stage",
            ["stage", "currency", "balance", "outcome"],
            unique=False,
            sqlite_where=sa.text("outcome IS NULL"),
            postgresql_where=sa.text("outcome IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_cases_opened_at_invoice_id"), ["opened_at", "invoice_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_cases_balance_invoice_id"), ["balance", "invoice_id"], unique=False)
        batch_op.create_index(
            "ix_cases_unranked",
            ["customer_id"],
            unique=False,
            sqlite_where=sa.text("NOT ranked"),
            postgresql_where=sa.text("NOT ranked"),
        )

    op.create_table(
        "forbidden_attempts",
        sa.Column("invoice_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row", sa.String(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.id"], name=op.f("fk_forbidden_attempts_invoice_id")),
        sa.PrimaryKeyConstraint("invoice_id", "number", name=op.f("pk_forbidden_attempts")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "calls",
        sa.Column("invoice_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_calls_customer_id")),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.id"], name=op.f("fk_calls_invoice_id")),
        sa.PrimaryKeyConstraint("invoice_id", "number", name=op.f("pk_calls")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("calls", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_calls_customer_id"), ["customer_id"], unique=False)

    op.create_table(
        "case_dates",
        sa.Column("invoice_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("on", sa.Date(), nullable=True),
        sa.Column("currency", sa.CHAR(length=3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.id"], name=op.f("fk_case_dates_invoice_id")),
        sa.PrimaryKeyConstraint("invoice_id", "kind", "about", name=op.f("pk_case_dates")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("case_dates", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_case_dates_kind_on_invoice_id_about"), ["kind", "on", "invoice_id", "about"], unique=False
        )
        batch_op.create_index(
            "ix_case_dates_by_day", ["on", "kind", "invoice_id", "about", "currency", "amount"], unique=False
        )

    op.create_table(
        "journal_lines",
        sa.Column("invoice_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("step", sa.String(), nullable=True),
        sa.Column("demands", sa.BigInteger(), nullable=True),
        sa.Column("by", sa.String(), nullable=True),
        sa.Column("method", sa.String(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("queue", sa.String(), nullable=True),
        sa.Column("escalated", sa.Boolean(), nullable=False),
        sa.Column("authenticated", sa.String(), nullable=True),
        sa.Column("about", sa.String(), nullable=True),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("invoices", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("lead", sa.String(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.id"], name=op.f("fk_journal_lines_invoice_id")),
        sa.PrimaryKeyConstraint("invoice_id", "number", name=op.f("pk_journal_lines")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("journal_lines", schema=None) as batch_op:
        batch_op.create_index(
            "ix_journal_lines_waits",
            ["at", "invoice_id", "number"],
            unique=False,
            sqlite_where=sa.text("kind IN ('deferred', 'unreachable', 'waits')"),
            postgresql_where=sa.text("kind IN ('deferred', 'unreachable', 'waits')"),
        )
        batch_op.create_index(
            "ix_journal_lines_unset",
            ["at", "invoice_id", "rule"],
            unique=False,
            sqlite_where=sa.text("rule = 'M1'"),
            postgresql_where=sa.text("rule = 'M1'"),
        )

    op.create_table(
        "outside_attempts",
        sa.Column("invoice_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("network_code", sa.String(), nullable=True),
        sa.Column("network_advice", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_outside_attempts_customer_id")),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.id"], name=op.f("fk_outside_attempts_invoice_id")),
        sa.PrimaryKeyConstraint("invoice_id", "id", name=op.f("pk_outside_attempts")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("outside_attempts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outside_attempts_customer_id_at"), ["customer_id", "at"], unique=False)

    op.create_table(
        "postings",
        sa.Column("invoice_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("told", sa.BigInteger(), nullable=False),
        sa.Column("waiting", sa.BigInteger(), nullable=False),
        sa.Column("payment_id", sa.String(), nullable=True),
        sa.Column("other", sa.String(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=True),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("currency", sa.CHAR(length=3), nullable=True),
        sa.Column("brought_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.id"], name=op.f("fk_postings_invoice_id")),
        sa.PrimaryKeyConstraint("invoice_id", "kind", "id", name=op.f("pk_postings")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("postings", schema=None) as batch_op:
        batch_op.create_index(
            "ix_postings_paid",
            ["at", "invoice_id", "id", "amount"],
            unique=False,
            sqlite_where=sa.text("kind = 'payment'"),
            postgresql_where=sa.text("kind = 'payment'"),
        )
        batch_op.create_index(
            "ix_postings_received",
            ["at", "currency", "brought_by", "amount"],
            unique=False,
            sqlite_where=sa.text("currency IS NOT NULL"),
            postgresql_where=sa.text("currency IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_postings_payment",
            ["id"],
            unique=False,
            sqlite_where=sa.text("kind = 'payment'"),
            postgresql_where=sa.text("kind = 'payment'"),
        )
        batch_op.create_index(
            "ix_postings_reversed",
            ["at", "invoice_id", "id"],
            unique=False,
            sqlite_where=sa.text("kind = 'reversal'"),
            postgresql_where=sa.text("kind = 'reversal'"),
        )
        batch_op.create_index(
            "ix_postings_reversal",
            ["payment_id"],
            unique=False,
            sqlite_where=sa.text("kind = 'reversal'"),
            postgresql_where=sa.text("kind = 'reversal'"),
        )

    op.create_table(
        "unheard",
        sa.Column("invoice_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.id"], name=op.f("fk_unheard_invoice_id")),
        sa.PrimaryKeyConstraint("invoice_id", "number", name=op.f("pk_unheard")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "provider_payments",
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("invoice_id", sa.String(), nullable=False),
        sa.Column("payment_id", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.id"], name=op.f("fk_provider_payments_invoice_id")),
        sa.PrimaryKeyConstraint("provider", "id", name=op.f("pk_provider_payments")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("provider_payments", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_provider_payments_invoice_id_payment_id"), ["invoice_id", "payment_id"], unique=False
        )

    op.create_table(
        "provider_refunds",
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("payment", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("said", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heard", sa.String(), nullable=False),
        sa.Column("heard_as", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("provider", "payment", "name", name=op.f("pk_provider_refunds")),
        sqlite_with_rowid=False,
    )

    op.create_table(
        "tasks",
        sa.Column("invoice_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("queue", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("escalations", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("asked_by", sa.String(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.id"], name=op.f("fk_tasks_invoice_id")),
        sa.PrimaryKeyConstraint("invoice_id", "id", name=op.f("pk_tasks")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.create_index(
            "ix_tasks_open",
            ["last_on", "invoice_id", "id", "closed_at"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.create_index(
            "ix_tasks_open_newest",
            ["opened_at", "invoice_id", "id"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "escalations",
        sa.Column("invoice_id", sa.String(), nullable=False),
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("queue", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "told", sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql"), nullable=False
        ),
        sa.Column(
            "posted", sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql"), nullable=False
        ),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.id"], name=op.f("fk_escalations_invoice_id")),
        sa.PrimaryKeyConstraint("invoice_id", "task", "number", name=op.f("pk_escalations")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("escalations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_escalations_done_at_next_at"), ["done_at", "next_at"], unique=False)

    op.create_table(
        "texts",
        sa.Column("invoice_id", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.id"], name=op.f("fk_texts_invoice_id")),
        sa.PrimaryKeyConstraint("invoice_id", "reference", name=op.f("pk_texts")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("texts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_texts_at"), ["at"], unique=False)

    op.create_table(
        "notes",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("invoice_id", sa.String(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by", sa.String(), nullable=True),
        sa.Column("authenticated", sa.String(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_notes_customer_id")),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.id"], name=op.f("fk_notes_invoice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("notes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notes_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_notes_customer_id_at"), ["customer_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_notes_invoice_id_at"), ["invoice_id", "at"], unique=False)

    op.create_table(
        "files",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_files")),
    )
    op.create_table(
        "note_files",
        sa.Column("note_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_note_files_file_id")),
        sa.ForeignKeyConstraint(["note_id"], ["notes.id"], name=op.f("fk_note_files_note_id")),
        sa.PrimaryKeyConstraint("note_id", "number", name=op.f("pk_note_files")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("note_files", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_note_files_file_id"), ["file_id"], unique=False)

    op.create_table(
        "told",
        sa.Column("invoice_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("identity", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("body", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("personal", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.id"], name=op.f("fk_told_invoice_id")),
        sa.PrimaryKeyConstraint("invoice_id", "number", name=op.f("pk_told")),
        sa.UniqueConstraint("invoice_id", "identity", name=op.f("uq_told_invoice_id_identity")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("told", schema=None) as batch_op:
        batch_op.create_index(
            "ix_told_personal",
            ["at"],
            unique=False,
            sqlite_where=sa.text("personal"),
            postgresql_where=sa.text("personal"),
        )

    op.create_table(
        "notices",
        sa.Column("act_key", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("invoice_id", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("notice", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("demands", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("unsure", sa.Boolean(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("bounced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shared", sa.String(), nullable=True),
        sa.Column("token", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["act_key"], ["acts.key"], name=op.f("fk_notices_act_key")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_notices_customer_id")),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.id"], name=op.f("fk_notices_invoice_id")),
        sa.PrimaryKeyConstraint("act_key", "channel", "contact", name=op.f("pk_notices")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_notices_at_act_key_channel_contact"), ["at", "act_key", "channel", "contact"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_notices_customer_id_at"), ["customer_id", "at"], unique=False)
        batch_op.create_index(
            "ix_notices_came_back",
            ["at", "act_key"],
            unique=False,
            sqlite_where=sa.text("bounced_at IS NOT NULL"),
            postgresql_where=sa.text("bounced_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_notices_unsent",
            ["at", "act_key"],
            unique=False,
            sqlite_where=sa.text("state <> 'accepted'"),
            postgresql_where=sa.text("state <> 'accepted'"),
        )
        batch_op.create_index(batch_op.f("ix_notices_invoice_id_at"), ["invoice_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_notices_message_id"), ["message_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notices_shared"), ["shared"], unique=False)
        batch_op.create_index(batch_op.f("ix_notices_token"), ["token"], unique=False)

    op.create_table(
        "mails",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("from_nobody", sa.Boolean(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("meaning", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mails")),
    )
    with op.batch_alter_table("mails", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mails_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_mails_done_at_begun_at"), ["done_at", "begun_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_mails_token"), ["token"], unique=False)

    op.create_table(
        "polled_mails",
        sa.Column("mailbox", sa.String(), nullable=False),
        sa.Column("validity", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.String(), nullable=True),
        sa.Column("marked", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("mailbox", "validity", "uid", name=op.f("pk_polled_mails")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("polled_mails", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_polled_mails_at"), ["at"], unique=False)

    op.create_table(
        "saved_views",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("list", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person", "list", "name", name=op.f("pk_saved_views")),
    )
    op.create_table(
        "assignments",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_assignments_customer_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_assignments")),
    )
    with op.batch_alter_table("assignments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assignments_customer_id_number"), ["customer_id", "number"], unique=False)
        batch_op.create_index(
            "ix_assignments_stands",
            ["customer_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "snoozes",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("woken_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_snoozes_customer_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_snoozes")),
    )
    with op.batch_alter_table("snoozes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_snoozes_customer_id_number"), ["customer_id", "number"], unique=False)
        batch_op.create_index(
            "ix_snoozes_stands",
            ["customer_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "queue_reasons",
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("reasons", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("owed", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("next_step", sa.String(), nullable=True),
        sa.Column("next_invoice", sa.String(), nullable=True),
        sa.Column("promised", sa.BigInteger(), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column("promised_currency", sa.CHAR(length=3), nullable=True),
        sa.Column("contact_on", sa.Date(), nullable=True),
        sa.Column("contact_by", sa.String(), nullable=True),
        sa.Column("queue", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_queue_reasons_customer_id")),
        sa.PrimaryKeyConstraint("customer_id", name=op.f("pk_queue_reasons")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "queue_rows",
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("oldest_due_on", sa.Date(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("by_hand", sa.Boolean(), nullable=False),
        sa.Column("snoozed_until", sa.Date(), nullable=True),
        sa.Column("turns_on", sa.Date(), nullable=False),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("rules", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("labels", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_queue_rows_customer_id")),
        sa.PrimaryKeyConstraint("customer_id", name=op.f("pk_queue_rows")),
    )
    with op.batch_alter_table("queue_rows", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_queue_rows_amount_customer_id"), ["amount", "customer_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_queue_rows_name_key_customer_id"), ["name_key", "customer_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_queue_rows_next_at_customer_id"), ["next_at", "customer_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_queue_rows_oldest_due_on_customer_id"), ["oldest_due_on", "customer_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_queue_rows_owner_score_customer_id"), ["owner", "score", "customer_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_queue_rows_rules"), ["rules"], unique=False)
        batch_op.create_index(batch_op.f("ix_queue_rows_score_customer_id"), ["score", "customer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_queue_rows_snoozed_until"), ["snoozed_until"], unique=False)
        batch_op.create_index(batch_op.f("ix_queue_rows_turns_on"), ["turns_on"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("queue_rows", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_queue_rows_turns_on"))
        batch_op.drop_index(batch_op.f("ix_queue_rows_snoozed_until"))
        batch_op.drop_index(batch_op.f("ix_queue_rows_score_customer_id"))
        batch_op.drop_index(batch_op.f("ix_queue_rows_rules"))
        batch_op.drop_index(batch_op.f("ix_queue_rows_owner_score_customer_id"))
        batch_op.drop_index(batch_op.f("ix_queue_rows_oldest_due_on_customer_id"))
        batch_op.drop_index(batch_op.f("ix_queue_rows_next_at_customer_id"))
        batch_op.drop_index(batch_op.f("ix_queue_rows_name_key_customer_id"))
        batch_op.drop_index(batch_op.f("ix_queue_rows_amount_customer_id"))

    op.drop_table("queue_rows")
    op.drop_table("queue_reasons")
    with op.batch_alter_table("snoozes", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_snoozes_stands", sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL")
        )
        batch_op.drop_index(batch_op.f("ix_snoozes_customer_id_number"))

    op.drop_table("snoozes")
    with op.batch_alter_table("assignments", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_assignments_stands",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_assignments_customer_id_number"))

    op.drop_table("assignments")
    op.drop_table("saved_views")
    with op.batch_alter_table("polled_mails", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_polled_mails_at"))

    op.drop_table("polled_mails")
    with op.batch_alter_table("mails", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mails_token"))
        batch_op.drop_index(batch_op.f("ix_mails_done_at_begun_at"))
        batch_op.drop_index(batch_op.f("ix_mails_at"))

    op.drop_table("mails")
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notices_token"))

    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notices_shared"))
        batch_op.drop_index(batch_op.f("ix_notices_message_id"))
        batch_op.drop_index(batch_op.f("ix_notices_invoice_id_at"))
        batch_op.drop_index(batch_op.f("ix_notices_customer_id_at"))
        batch_op.drop_index(
            "ix_notices_unsent",
            sqlite_where=sa.text("state <> 'accepted'"),
            postgresql_where=sa.text("state <> 'accepted'"),
        )
        batch_op.drop_index(
            "ix_notices_came_back",
            sqlite_where=sa.text("bounced_at IS NOT NULL"),
            postgresql_where=sa.text("bounced_at IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_notices_at_act_key_channel_contact"))

    op.drop_table("notices")
    with op.batch_alter_table("told", schema=None) as batch_op:
        batch_op.drop_index("ix_told_personal", sqlite_where=sa.text("personal"), postgresql_where=sa.text("personal"))

    op.drop_table("told")
    with op.batch_alter_table("note_files", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_note_files_file_id"))

    op.drop_table("note_files")
    op.drop_table("files")
    with op.batch_alter_table("notes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notes_invoice_id_at"))
        batch_op.drop_index(batch_op.f("ix_notes_customer_id_at"))
        batch_op.drop_index(batch_op.f("ix_notes_at"))

    op.drop_table("notes")
    with op.batch_alter_table("texts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_texts_at"))

    op.drop_table("texts")
    with op.batch_alter_table("escalations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_escalations_done_at_next_at"))

    op.drop_table("escalations")
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_tasks_open",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_tasks_open_newest",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.drop_table("tasks")
    with op.batch_alter_table("provider_payments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_provider_payments_invoice_id_payment_id"))

    op.drop_table("provider_refunds")
    op.drop_table("provider_payments")
    op.drop_table("unheard")
    with op.batch_alter_table("postings", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_postings_reversed",
            sqlite_where=sa.text("kind = 'reversal'"),
            postgresql_where=sa.text("kind = 'reversal'"),
        )
        batch_op.drop_index(
            "ix_postings_paid",
            sqlite_where=sa.text("kind = 'payment'"),
            postgresql_where=sa.text("kind = 'payment'"),
        )
        batch_op.drop_index(
            "ix_postings_received",
            sqlite_where=sa.text("currency IS NOT NULL"),
            postgresql_where=sa.text("currency IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_postings_reversal",
            sqlite_where=sa.text("kind = 'reversal'"),
            postgresql_where=sa.text("kind = 'reversal'"),
        )
        batch_op.drop_index(
            "ix_postings_payment",
            sqlite_where=sa.text("kind = 'payment'"),
            postgresql_where=sa.text("kind = 'payment'"),
        )

    op.drop_table("postings")
    with op.batch_alter_table("outside_attempts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outside_attempts_customer_id_at"))

    op.drop_table("outside_attempts")
    with op.batch_alter_table("journal_lines", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_journal_lines_waits",
            sqlite_where=sa.text("kind IN ('deferred', 'unreachable', 'waits')"),
            postgresql_where=sa.text("kind IN ('deferred', 'unreachable', 'waits')"),
        )
        batch_op.drop_index(
            "ix_journal_lines_unset",
            sqlite_where=sa.text("rule = 'M1'"),
            postgresql_where=sa.text("rule = 'M1'"),
        )

    op.drop_table("journal_lines")
    with op.batch_alter_table("case_dates", schema=None) as batch_op:
        batch_op.drop_index("ix_case_dates_by_day")
        batch_op.drop_index(batch_op.f("ix_case_dates_kind_on_invoice_id_about"))

    op.drop_table("case_dates")
    with op.batch_alter_table("calls", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_calls_customer_id"))

    op.drop_table("calls")
    op.drop_table("forbidden_attempts")
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cases_balance_invoice_id"))
        batch_op.drop_index(
            "ix_cases_unranked", sqlite_where=sa.text("NOT ranked"), postgresql_where=sa.text("NOT ranked")
        )
        batch_op.drop_index(
            "ix_cases_open_balance",
            sqlite_where=sa.text("outcome IS NULL"),
            postgresql_where=sa.text("outcome IS NULL"),
        )
        batch_op.drop_index(
            "ix_cases_open_stage",
            sqlite_where=sa.text("outcome IS NULL"),
            postgresql_where=sa.text("outcome IS NULL"),
        )
        batch_op.drop_index(
            "ix_cases_open_policy",
            sqlite_where=sa.text("outcome IS NULL"),
            postgresql_where=sa.text("outcome IS NULL"),
        )
        batch_op.drop_index(
            "ix_cases_open_due",
            sqlite_where=sa.text("outcome IS NULL"),
            postgresql_where=sa.text("outcome IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_cases_opened_at_invoice_id"))
        batch_op.drop_index(batch_op.f("ix_cases_customer_id_outcome"))

    op.drop_table("cases")
    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_attempts_row_at",
            sqlite_where=sa.text('"row" IS NOT NULL'),
            postgresql_where=sa.text('"row" IS NOT NULL'),
        )
        batch_op.drop_index(batch_op.f("ix_attempts_customer_id_at"))

    op.drop_table("attempts")
    with op.batch_alter_table("acts", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_acts_contact_limit", sqlite_where=sa.text("messages > 0"), postgresql_where=sa.text("messages > 0")
        )

    op.drop_table("acts")
    op.drop_table("methods")
    with op.batch_alter_table("invoices", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_invoices_asking",
            sqlite_where=sa.text("at_rest = 0 AND voided_at IS NULL"),
            postgresql_where=sa.text("NOT at_rest AND voided_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_invoices_registered_at_id"))
        batch_op.drop_index(batch_op.f("ix_invoices_due_on_id"))
        batch_op.drop_index(
            "ix_invoices_document",
            sqlite_where=sa.text("amount = 0"),
            postgresql_where=sa.text("amount = 0"),
        )
        batch_op.drop_index(batch_op.f("ix_invoices_customer_id"))

    op.drop_table("invoices")
    with op.batch_alter_table("unmatched_payments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_unmatched_payments_at_id"))

    op.drop_table("unmatched_payments")
    with op.batch_alter_table("waiting_news", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_waiting_news_provider_payment"))

    op.drop_table("waiting_news")
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sessions_person"))
        batch_op.drop_index(batch_op.f("ix_sessions_ends_at"))

    op.drop_table("sessions")
    op.drop_table("access_changes")
    with op.batch_alter_table("person_links", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_links_person"))

    op.drop_table("person_links")
    op.drop_table("people")
    op.drop_table("replies")
    with op.batch_alter_table("provider_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_provider_events_provider_object_id_created"))

    op.drop_table("provider_events")
    op.drop_table("foreign_events")
    with op.batch_alter_table("policies", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_policies_name"))

    op.drop_table("policies")
    with op.batch_alter_table("search_words", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_search_words_kind_id_word"))

    op.drop_table("search_words")
    op.drop_table("own_secrets")
    with op.batch_alter_table("letters", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_letters_invoice_id_at_id"))
        batch_op.drop_index(batch_op.f("ix_letters_at_id"))

    op.drop_table("logos")
    op.drop_table("letters")
    op.drop_table("failed_sign_ins")
    with op.batch_alter_table("customers", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_customers_stopped",
            sqlite_where=sa.text("stopped IS NOT NULL"),
            postgresql_where=sa.text("stopped IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_customers_registered_at_id"))
        batch_op.drop_index(batch_op.f("ix_customers_parent"))

    op.drop_table("customers")
    with op.batch_alter_table("api_key_secrets", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_api_key_secrets_name"))

    op.drop_table("api_key_secrets")
    op.drop_table("api_keys")
