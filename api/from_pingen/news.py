"""News of Pingen, done once each: a letter that arrived, came back, or cannot leave before somebody mends it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import structlog

from adapters import clock
from adapters.pingen.news import LetterFate
from api.carrier_events import PATIENCE, Result
from api.carrier_news import CarrierNews
from api.case_service import CaseService

PINGEN: Final = "pingen"
_LOG: Final = structlog.get_logger("dunning.notices")


class PingenNews:
    """Handles news that have been read."""

    def __init__(
        self, case_service: CaseService, *, patience: timedelta = PATIENCE, now: Callable[[], datetime] = clock.now
    ) -> None:
        """`patience` and `now` are those of `CarrierEvents`."""
        self._letters = CarrierNews(case_service, PINGEN, "letter", patience=patience, now=now)

    async def handle(self, news: LetterFate) -> Result:
        """Do what they say, if nobody did; `unknown` where they are about no letter of ours. Raises `Busy`.

        A letter that waits is still to come: the case counts it as sent, and who keeps the system reads of it.
        """
        if news.fate == "waits":
            _LOG.warning("a letter waits at pingen until somebody mends it there", letter=news.letter_id)
            return "done"
        arrived = news.fate == "delivered"
        return await self._letters.tell_fate(news.letter_id, news.state, arrived=arrived, hard=news.hard)
