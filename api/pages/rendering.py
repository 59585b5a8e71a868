"""Fills in the templates, with what every page shows: who is signed in, the time that counts, what just happened."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from itsdangerous import BadData, URLSafeSerializer
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from adapters.messages import languages
from api.callers import caller_of, may
from api.clock import Clock, TimeMachine
from api.configuration import ApiConfiguration
from api.cookies import Cookie
from api.limits import in_path
from api.pages import journal_words, messages, next_words, words
from api.pages.navigation import places_of
from api.problems import Problem
from api.sessions import Sessions

FOLDER: Final = Path(__file__).parent.parent
_SHOWN_FOR: Final = timedelta(minutes=1)
_LONGEST: Final = 3_000


def static_files() -> dict[str, tuple[bytes, str]]:
    """The files that pages link to, by their name: bytes and media type."""
    types = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
    return {file.name: (file.read_bytes(), types[file.suffix]) for file in sorted((FOLDER / "static").iterdir())}


@dataclass(frozen=True, slots=True)
class Undo:
    """The form that takes back what just happened: an address of ours that does it, and what is sent there.

    For what moved no money and no message alone. It is offered for ten seconds where the browser counts them.
    """

    path: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Flash:
    """What just happened, shown once on the next page."""

    text: str
    good: bool = True
    undo: Undo | None = None


class Pages:
    """Shows pages."""

    def __init__(
        self, settings: ApiConfiguration, sessions: Sessions, clock: Clock, machine: TimeMachine | None
    ) -> None:
        """With a `machine`, every page carries the bar that moves time."""
        self.settings = settings
        self.sessions = sessions
        self.clock = clock
        self.machine = machine
        self.files = static_files()
        self._cookie = Cookie("dunning_flash", is_https=settings.is_https)
        self._flashes = URLSafeSerializer(settings.secret, salt="flash")
        self._templates = self._environment()

    async def today(self) -> date:
        """The creditor's day, by the clock that counts."""
        return words.local_day(await self.clock.now(), self.settings.timezone)

    async def show(self, request: Request, template: str, **said: Any) -> HTMLResponse:
        """A page for who is signed in."""
        flash = self._flash(request)
        time = {"now": await self.machine.now()} if self.machine else None
        answer = await asyncio.to_thread(self._answer, request, template, 200, time=time, flash=flash, **said)
        if flash is not None:
            self._cookie.forget(answer)
        return answer

    def bare(self, request: Request, template: str, status: int = 200, **said: Any) -> HTMLResponse:
        """A page without the bar."""
        return self._answer(request, template, status, time=None, flash=None, **said)

    def problem(self, request: Request, problem: Problem) -> Response:
        """A problem, for a person."""
        answer = self.bare(request, "problem.html", problem.status, problem=problem)
        answer.headers.update(problem.headers)
        return answer

    def say_next(self, answer: Response, flash: Flash) -> None:
        """Show this on the page that follows."""
        undo = [flash.undo.path, dict(flash.undo.fields)] if flash.undo else None
        text = str(self._flashes.dumps([flash.text[:1_000], flash.good, undo]))
        self._cookie.set(answer, text, _SHOWN_FOR)

    def is_ours(self, request: Request, mark: str) -> bool:
        """Whether a form came from a page of this session."""
        who = caller_of(request.scope)
        return who is not None and who.session is not None and self.sessions.is_form_mark(who.session, mark)

    def _answer(self, request: Request, template: str, status: int, **said: Any) -> HTMLResponse:
        who = caller_of(request.scope)
        session = who.session if who else None
        text = self._templates.get_template(template).render(
            path=request.url.path,
            here=request.url.path + (f"?{request.url.query}" if request.url.query else ""),
            is_in=who is not None,
            who=who,
            form_mark=self.sessions.form_mark(session) if session else None,
            **said,
        )
        return HTMLResponse(text, status)

    def _flash(self, request: Request) -> Flash | None:
        text = (self._cookie.read(request) or "")[:_LONGEST]
        try:
            said, good, undo = self._flashes.loads(text)
        except (BadData, ValueError):
            return None
        return Flash(str(said), bool(good), Undo(*undo) if undo else None)

    def _environment(self) -> Environment:
        made = Environment(
            loader=FileSystemLoader(FOLDER / "templates"),
            autoescape=select_autoescape(enabled_extensions=("html",), default=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        made.globals.update(creditor=self.settings.creditor, zone=self.settings.timezone, demo=self.settings.demo)
        made.globals["demo_people"] = self.settings.demo_people
        made.globals["places"] = places_of
        made.tests["permitted"] = lambda action, who: may(who, action)
        made.globals["static"] = {name: f"/static/{name}?v={_version(body)}" for name, (body, _) in self.files.items()}
        made.filters.update(
            count=words.count_text,
            money=words.money_text, minor_money=words.minor_money, day=words.day_text, moment=words.moment_text,
            away=words.away, prose=words.prose, plain=words.as_words, phrase=journal_words.phrase,
            ahead=journal_words.ahead, sign=journal_words.sign,
            stage=words.stage_name, tone=words.tone, channel=words.channel_name, sentence=words.sentence,
            waits_for=words.hold_waits_for, reasons=words.reasons, in_path=in_path, asked_by=journal_words.asked_by,
            isolated=words.isolated, short_day=words.short_day, size=words.size_text, language=languages.by_name,
            message_link=messages.message_link,
            act=next_words.written_act, act_button=next_words.button,
        )  # fmt: skip
        return made


def _version(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:12]
