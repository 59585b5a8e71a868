"""Settings are checked before anything starts, and a slip of the pen leaves no default in force."""

from pathlib import Path

import pytest

from adapters.bank_account import BankAccount
from adapters.creditor import Creditor
from adapters.escalations.queue import Queue
from adapters.settings_reading import Setting, SettingsMistake, documented_settings, load_settings

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "settings.md"
SENDER = {
    "DUNNING_CREDITOR__NAME": "Acme B.V.",
    "DUNNING_CREDITOR__ADDRESS": "Kade 1, Amsterdam",
    "DUNNING_CREDITOR__EMAIL": "ar@acme.example",
}


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def given(monkeypatch: pytest.MonkeyPatch, **variables: str) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


def mistake(monkeypatch: pytest.MonkeyPatch, **variables: str) -> str:
    given(monkeypatch, **variables)
    with pytest.raises(SettingsMistake) as caught:
        load_settings()
    return str(caught.value)


def test_without_any_setting_everything_stays_on_this_machine() -> None:
    settings = load_settings()
    assert settings.database_url.endswith("/.dunning/dunning.db")
    assert settings.temporal.address == "127.0.0.1:7233"
    assert {settings.route(channel) for channel in ("email", "sms", "letter")} == {"mailbox"}


def test_the_environment_goes_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "dunning.toml").write_text('spread = "00:01:00"\n[api]\nport = 9001\nhost = "0.0.0.0"\n')
    given(monkeypatch, DUNNING_API__PORT="9002")
    settings = load_settings()
    assert (settings.spread.seconds, settings.api.port, settings.api.host) == (60, 9002, "0.0.0.0")  # noqa: S104


def test_a_file_somewhere_else_is_named_by_a_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "other.toml").write_text('log_level = "error"\n')
    given(monkeypatch, DUNNING_CONFIG="other.toml")
    assert load_settings().log_level == "error"
    assert "which is not there" in mistake(monkeypatch, DUNNING_CONFIG="none.toml")


def test_a_value_that_makes_no_sense_is_named_with_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    found = mistake(monkeypatch, DUNNING_SMTP__PORT="x")
    assert found.startswith("settings: smtp.port (DUNNING_SMTP__PORT): found x; allowed")


@pytest.mark.parametrize(
    "name, value, allowed",
    [
        ("DUNNING_CREDITOR__ACCOUNTS__EUR__IBAN", "NL00ABNA0123456789", "an IBAN whose check digits fit"),
        ("DUNNING_CREDITOR__ACCOUNTS__XYZ__IBAN", "NL02ABNA0123456789", "an ISO 4217 code"),
        ("DUNNING_CREDITOR__ACCOUNTS__GBP__BIC", "COUTGB22", "an iban, or a number"),
        ("DUNNING_CREDITOR__ACCOUNTS__EUR__IBN", "x", "DUNNING_CREDITOR__ACCOUNTS__CURRENCY__IBAN"),
        ("DUNNING_CREDITOR__ACCOUNTS", '{"USD": "1"}', "a mapping of iban, number, routing, bic, bank, holder"),
        ("DUNNING_CREDITOR__IBAN", "NL02ABNA0123456789", "DUNNING_CREDITOR__ACCOUNTS__EUR__IBAN"),
        ("DUNNING_CREDITOR__TIMEZONE", "Mars", "an IANA time zone"),
        ("DUNNING_CREDITOR__COUNTRY", "Holland", "two capitals"),
        ("DUNNING_API__PUBLIC_URL", "here", "an address such as https://dunning.example"),
        ("DUNNING_TEMPORAL__CERTIFICATE", "/c.pem", "a certificate and its private key"),
        ("DUNNING_CHANNELS__EMAIL", "smtp", "smtp.host"),
        ("DUNNING_CHANNELS__EMAIL", "postmark", "postmark.server_token"),
        ("DUNNING_CHANNELS__EMAIL", "twilio", "mailbox"),
        ("DUNNING_CHANNELS__SMS", "twilio", "twilio.account_sid"),
        ("DUNNING_CHANNELS__SMS", "smtp", "mailbox"),
        ("DUNNING_POSTMARK__WEBHOOK_SECRET", "has/a:slash@and-more", "letters, digits, - and _, at least 20"),
        ("DUNNING_TWILIO__ACCOUNT_SID", "12345", "AC and 32 hexadecimal digits"),
        ("DUNNING_TWILIO__SENDER", "Northwind Studio", "a name of at most 11 letters"),
        ("DUNNING_TWILIO__SENDER", "+0612345678", "a number such as"),
        ("DUNNING_TWILIO__API_BASE", "http://twilio.example", "https://"),
        ("DUNNING_POSTMARK__STREAM", "Our stream", "small letters, digits and dashes"),
        ("DUNNING_INCOMING__DOMAIN", "accounts@northwind.example", "a domain such as"),
        ("DUNNING_INCOMING__ADDRESS", "reply.northwind.example", "an address whose name has at most 30"),
        ("DUNNING_INCOMING__ADDRESS", f"{'a' * 31}@northwind.example", "an address whose name has at most 30"),
        ("DUNNING_INCOMING__PORT", "2525", "domain or address, since there is a port"),
        ("DUNNING_INCOMING", '{"domain": "a.example", "address": "b@a.example"}', "domain or address, not both"),
        ("DUNNING_INCOMING__CERTIFICATE_KEY", "key.pem", "certificate, since there is a certificate_key"),
        ("DUNNING_IMAP__HOST", "imap.example", "username, since there is a host"),
        ("DUNNING_IMAP", '{"host":"i.example","username":"a","password":"b","security":"plain"}', "tls or starttls"),
        ("DUNNING_IMAP__EVERY", "0:00:01", "5 seconds"),
        ("DUNNING_QUEUES__SALES__OWNER", "Ann Smith", "such as ann.smith"),
        ("DUNNING_QUEUES__SALES__MAIL", "sales", "an address such as"),
        ("DUNNING_QUEUES__SALES__WEBHOOK", "http://chat.example/hook", "https://"),
        ("DUNNING_QUEUES__SALES__WEBHOOK_SECRET", "whsec-0123456789-0123456789", "webhook, since there is a"),
        ("DUNNING_QUEUES__SALES", '{"webhook": "https://h.example", "webhook_secret": "x"}', "at least 24 random"),
        ("DUNNING_SPREAD", "soon", "a length of time such as PT30S"),
        ("DUNNING_CREDITOR", "{", "JSON for a whole group"),
    ],
)
def test_every_setting_is_checked_when_it_is_read(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, allowed: str
) -> None:
    assert allowed in mistake(monkeypatch, **{name: value})


@pytest.mark.parametrize("said", ["*", "proxy.internal", "10.0.0.7/8", "10.0.0.7,,10.0.0.8", "10.0.0.7 10.0.0.8"])
def test_a_proxy_is_an_address_or_a_network(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    found = mistake(monkeypatch, DUNNING_API__PROXIES=said)
    assert found.startswith(f"settings: api.proxies (DUNNING_API__PROXIES): found {said}; allowed")
    given(monkeypatch, DUNNING_API__PROXIES="10.0.0.7, 2001:db8::/32")
    assert load_settings().api.proxy_networks == ("10.0.0.7", "2001:db8::/32")


def test_a_slip_of_the_pen_is_a_mistake_in_the_environment_and_in_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "DUNNING_SMPT__HOST; allowed DUNNING_SMTP__HOST" in mistake(monkeypatch, DUNNING_SMPT__HOST="m")
    monkeypatch.delenv("DUNNING_SMPT__HOST")
    (tmp_path / "dunning.toml").write_text('[smtp]\nhots = "m"\n')
    assert "the unknown name hots" in mistake(monkeypatch)


def test_a_file_that_is_no_toml_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "dunning.toml").write_text("[smtp\n")
    assert mistake(monkeypatch).startswith("dunning.toml: found no TOML")


def test_with_a_mail_server_the_other_channels_are_off(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, DUNNING_SMTP__HOST="mail.example", **SENDER)
    settings = load_settings()
    assert (settings.route("email"), settings.route("sms"), settings.route("letter")) == ("smtp", "off", "off")


TWILIO = {"DUNNING_TWILIO__ACCOUNT_SID": "AC" + "0f" * 16, "DUNNING_TWILIO__AUTH_TOKEN": "sesame"}


@pytest.mark.parametrize(
    "said, routes",
    [
        ({"DUNNING_POSTMARK__SERVER_TOKEN": "t"}, ("postmark", "off", "off")),
        ({"DUNNING_POSTMARK__SERVER_TOKEN": "t", "DUNNING_SMTP__HOST": "mail.example"}, ("smtp", "off", "off")),
        (TWILIO | {"DUNNING_TWILIO__SENDER": "Northwind"}, ("mailbox", "twilio", "off")),
        (TWILIO | {"DUNNING_TWILIO__MESSAGING_SERVICE": "MG" + "0" * 32}, ("mailbox", "twilio", "off")),
        (
            TWILIO | {"DUNNING_TWILIO__SENDER": "+31612345678", "DUNNING_CHANNELS__SMS": "off"},
            ("mailbox", "off", "off"),
        ),
    ],
)
def test_a_carrier_whose_settings_are_there_is_used(
    monkeypatch: pytest.MonkeyPatch, said: dict[str, str], routes: tuple[str, str, str]
) -> None:
    given(monkeypatch, **said)
    settings = load_settings()
    assert (settings.route("email"), settings.route("sms"), settings.route("letter")) == routes


@pytest.mark.parametrize(
    "left_out, missing",
    [("DUNNING_TWILIO__AUTH_TOKEN", "twilio.auth_token"), ("DUNNING_TWILIO__SENDER", "twilio.sender")],
)
def test_a_carrier_that_lacks_something_names_it(monkeypatch: pytest.MonkeyPatch, left_out: str, missing: str) -> None:
    whole = TWILIO | {"DUNNING_TWILIO__SENDER": "Northwind"}
    said = mistake(monkeypatch, **{name: value for name, value in whole.items() if name != left_out})
    assert f"{missing}, since channels.sms is twilio" in said
    assert "sesame" not in said


def test_a_text_message_has_one_sender(monkeypatch: pytest.MonkeyPatch) -> None:
    two = {"DUNNING_TWILIO__SENDER": "Northwind", "DUNNING_TWILIO__MESSAGING_SERVICE": "MG" + "0" * 32}
    assert "sender or messaging_service, not both" in mistake(monkeypatch, **TWILIO, **two)


def test_name_address_and_email_alone_make_nothing_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """M1: no account, telephone, registration or page of anybody else stands in for what is not set."""
    given(monkeypatch, **SENDER)
    creditor = load_settings().creditor.as_creditor()
    assert creditor == Creditor(name="Acme B.V.", address="Kade 1, Amsterdam", email="ar@acme.example")
    assert load_settings().not_set(["GBP", "EUR"]) == ("creditor.accounts.EUR", "creditor.accounts.GBP")
    assert load_settings().not_set([]) == ("creditor.accounts",)


def test_each_setting_for_want_of_which_notices_wait_is_named() -> None:
    named = ("creditor.name", "creditor.address", "creditor.email", "creditor.accounts.EUR")
    assert load_settings().not_set(["EUR"]) == named


def test_where_stripe_takes_the_money_its_page_is_a_way_to_pay(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, DUNNING_GATEWAY="stripe", DUNNING_STRIPE_API_KEY="rk_test_51abc", **SENDER)
    assert load_settings().not_set(["EUR", "SEK"]) == ()


def test_accounts_are_by_currency_in_the_file_and_in_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The environment goes first, name by name; a variable that is empty leaves the file's in force."""
    (tmp_path / "dunning.toml").write_text(
        '[creditor.accounts.EUR]\niban = "NL02ABNA0123456789"\nbic = "ABNANL2A"\n'
        '[creditor.accounts.GBP]\nnumber = "31926819"\nrouting = {"Sort code" = "60-16-13"}\n'
    )
    given(
        monkeypatch,
        DUNNING_CREDITOR__ACCOUNTS__EUR__IBAN="DE89370400440532013000",
        DUNNING_CREDITOR__ACCOUNTS__CHF__IBAN="",
    )
    assert load_settings().creditor.as_creditor().accounts == (
        BankAccount("EUR", iban="DE89370400440532013000", bic="ABNANL2A"),
        BankAccount("GBP", number="31926819", routing=(("Sort code", "60-16-13"),)),
    )


def test_queues_are_by_name_and_their_people_as_they_sign_in(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, **{"DUNNING_QUEUES__CUSTOMER-CARE__OWNER": "Ann", "DUNNING_QUEUES__SALES__MANAGER": "mia"})
    found = {name: said.as_queue(name) for name, said in load_settings().queues.items()}
    assert found == {"customer-care": Queue("customer-care", owner="ann"), "sales": Queue("sales", manager="mia")}


def test_what_is_secret_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "short" not in mistake(monkeypatch, DUNNING_API__SECRET="short")
    given(monkeypatch, DUNNING_API__SECRET="x" * 32, DUNNING_DATABASE="postgresql://u:hidden@h/d")
    assert "hidden" not in repr(load_settings())
    assert "x" * 32 not in repr(load_settings())


def test_what_a_secret_is_follows_from_its_kind() -> None:
    """A new section needs no list of its own for what its errors may not repeat."""
    secrets = {setting.name for setting in documented_settings() if setting.secret}
    assert secrets >= {"database", "api.secret", "temporal.api_key", "smtp.password", "stripe_webhook_secret"}
    assert secrets >= {"twilio.auth_token", "postmark.server_token"}
    assert "creditor.name" not in secrets


def test_an_empty_variable_counts_as_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, DUNNING_API__PORT="", DUNNING_SMTP__HOST="")
    assert load_settings().api.port == 8080


@pytest.mark.parametrize("setting", list(documented_settings()), ids=lambda setting: setting.name)
def test_the_reference_lists_the_setting_as_it_is(setting: Setting) -> None:
    default = f"`{setting.default}`" if setting.default else ""
    row = f"| `{setting.name}` | `{setting.variable}` | {default} | {setting.description} |"
    assert setting.description, f"{setting.name} says nothing about itself"
    assert row in REFERENCE.read_text(encoding="utf-8").splitlines()


def test_the_reference_lists_nothing_else() -> None:
    rows = [line for line in REFERENCE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    assert len(rows) == len(list(documented_settings()))


def test_stripe_is_chosen_with_its_key(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().gateway == "sandbox"
    assert "allowed stripe_api_key, since gateway is stripe" in mistake(monkeypatch, DUNNING_GATEWAY="stripe")
    given(monkeypatch, DUNNING_STRIPE_API_KEY="rk_test_51abc")
    settings = load_settings()
    assert (settings.gateway, settings.stripe_is_live) == ("stripe", False)
    assert "51abc" not in repr(settings)


def test_real_money_is_not_moved_in_virtual_time(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, DUNNING_GATEWAY="stripe", DUNNING_STRIPE_API_KEY="sk_live_51abc")
    assert load_settings().stripe_is_live
    said = mistake(monkeypatch, DUNNING_VIRTUAL_TIME="true")
    assert "a test key in stripe_api_key" in said
    assert "51abc" not in said


def test_the_events_of_one_mode_are_taken_as_the_key_or_the_clock_or_else_the_setting_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert load_settings().stripe_takes is None
    given(monkeypatch, DUNNING_STRIPE_MODE="live")
    assert load_settings().stripe_takes == "live"
    assert "allowed test in stripe_mode, since virtual_time" in mistake(monkeypatch, DUNNING_VIRTUAL_TIME="true")
    given(monkeypatch, DUNNING_VIRTUAL_TIME="false", DUNNING_STRIPE_API_KEY="sk_test_51abc")
    assert "allowed test in stripe_mode, since stripe_api_key" in mistake(monkeypatch)
    given(monkeypatch, DUNNING_STRIPE_MODE="test")
    assert load_settings().stripe_takes == "test"


@pytest.mark.parametrize("key", ["pk_live_51abc", "whsec_51abc", "51abc"])
def test_a_key_of_another_kind_is_refused_and_not_shown(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    said = mistake(monkeypatch, DUNNING_STRIPE_API_KEY=key)
    assert "stripe_api_key (DUNNING_STRIPE_API_KEY): found a value; allowed a secret or restricted key" in said
    assert "51abc" not in said


@pytest.mark.parametrize("place", ["http://stripe.example", "https://api.stripe.com/v1", "ftp://127.0.0.1"])
def test_a_key_of_stripe_travels_in_the_open_on_this_machine_only(monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    assert "stripe_api_base" in mistake(monkeypatch, DUNNING_STRIPE_API_BASE=place)
    given(monkeypatch, DUNNING_STRIPE_API_BASE="http://127.0.0.1:12111")
    assert load_settings().stripe_api_base == "http://127.0.0.1:12111"


def test_a_folder_for_letters_has_them_printed_and_printing_needs_one(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().route("letter") == "mailbox"
    assert "letters.folder, since channels.letter is print" in mistake(monkeypatch, DUNNING_CHANNELS__LETTER="print")
    given(monkeypatch, DUNNING_LETTERS__FOLDER="/srv/letters")
    assert load_settings().route("letter") == "print"
    given(monkeypatch, DUNNING_CHANNELS__LETTER="off")
    assert load_settings().route("letter") == "off"
    assert "din-5008-b" in mistake(monkeypatch, DUNNING_LETTERS__WINDOW="left")


def test_a_folder_for_letters_leaves_the_other_channels_where_they_were(monkeypatch: pytest.MonkeyPatch) -> None:
    """And letters are printed beside a mail server, too."""
    given(monkeypatch, DUNNING_LETTERS__FOLDER="/srv/letters")
    assert [load_settings().route(channel) for channel in ("email", "sms", "letter")] == ["mailbox", "mailbox", "print"]
    given(monkeypatch, DUNNING_SMTP__HOST="mail.example")
    assert [load_settings().route(channel) for channel in ("email", "sms", "letter")] == ["smtp", "off", "print"]


def test_an_organisation_at_pingen_has_letters_posted_and_needs_its_client(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, DUNNING_PINGEN__ORGANISATION="0f0f0f0f-0f0f-4f0f-8f0f-0f0f0f0f0f0f")
    assert "pingen.client_id, since channels.letter is pingen" in mistake(monkeypatch, DUNNING_LETTERS__FOLDER="/srv")
    given(monkeypatch, DUNNING_PINGEN__CLIENT_ID="client", DUNNING_PINGEN__CLIENT_SECRET="sesame")
    settings = load_settings()
    assert (settings.route("letter"), settings.route("email")) == ("pingen", "mailbox")
    assert "sesame" not in repr(settings)
    assert "pingen.organisation" in mistake(monkeypatch, DUNNING_PINGEN__ORGANISATION="mine")
