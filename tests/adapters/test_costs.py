"""What a notice cost: by the piece, exactly, and only where somebody has said so."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from adapters.costs import Cost, PieceCosts
from adapters.settings_reading import SettingsMistake, load_settings


def test_a_text_message_costs_by_its_segments_and_everything_else_by_the_piece() -> None:
    costs = PieceCosts({"sms": Cost.parse("EUR 0.075"), "letter": Cost.parse("CHF 1")})
    assert costs.of("sms", 2) == Cost(Decimal("0.150"), "EUR")
    assert costs.of("letter", 2) == Cost(Decimal(1), "CHF")
    assert costs.of("email") is None
    assert str(costs.of("sms", 2)) == "EUR 0.150"


def test_a_price_is_set_with_its_currency(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DUNNING_COSTS__LETTER", "EUR 0.95")
    assert load_settings().costs.of_pieces == PieceCosts({"letter": Cost(Decimal("0.95"), "EUR")})
    for wrong in ("0.95", "EUR", "EUR 0,95", "EUR -1", "ABC 1.00", "EUR 0.1234567", "EUR \u0665"):
        monkeypatch.setenv("DUNNING_COSTS__LETTER", wrong)
        with pytest.raises(SettingsMistake, match=r"costs\.letter .*allowed a currency and an amount of at most 6"):
            load_settings()
