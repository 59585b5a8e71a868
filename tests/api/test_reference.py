"""The reference of the API as pages: open, complete, and made of nothing but our own HTML and styles."""

from __future__ import annotations

import html
import re

from fastapi import FastAPI
from httpx2 import AsyncClient

from api.description import describe
from api.problems import KINDS
from api.safe_headers import PAGES

ELSEWHERE = re.compile(r"""(?:src|href|action)=["'](?:[a-z]+:)?//""", re.IGNORECASE)
INLINE = re.compile(r"<script|<style|<link[^>]+href=\"(?!/static/)|\sstyle=|\son[a-z]+=|@import", re.IGNORECASE)


def safe(page: str) -> bool:
    return not INLINE.search(page) and not ELSEWHERE.search(page)


async def test_the_reference_is_open_and_names_every_operation(stranger: AsyncClient, app: FastAPI) -> None:
    page = await stranger.get("/reference")
    assert page.status_code == 200
    assert page.headers["Content-Security-Policy"] == PAGES
    assert safe(page.text)
    for path, operations in describe(app)["paths"].items():
        for operation in operations.values():
            link = f"/reference/{operation['tags'][0]}#{operation['operationId']}"
            assert f'href="{link}"' in page.text, path
            assert path in page.text


async def test_each_subject_shows_its_parameters_bodies_answers_and_problems(
    stranger: AsyncClient, app: FastAPI
) -> None:
    description = describe(app)
    for tag in description["tags"]:
        page = await stranger.get(f"/reference/{tag['name']}")
        assert page.status_code == 200, page.text
        assert safe(page.text)
        words = html.unescape(page.text)
        for operations in description["paths"].values():
            for operation in operations.values():
                if operation["tags"] == [tag["name"]]:
                    assert f'id="{operation["operationId"]}"' in words
                    assert all(code in words for code in operation["responses"])
                    for part in operation.get("parameters", ()):
                        assert part.get("description", "") in words.replace("<code>", "`").replace("</code>", "`")


async def test_a_request_and_its_refusal_are_shown_as_they_are_sent(stranger: AsyncClient) -> None:
    words = html.unescape((await stranger.get("/reference/requests")).text)
    assert '"id": "PTP-1"' in words
    assert '"request": "promise"' in words
    assert "is later than 2026-03-24, the last day allowed" in words
    assert "Idempotency-Key" in words


async def test_every_shape_is_shown_with_what_its_fields_mean(stranger: AsyncClient, app: FastAPI) -> None:
    page = await stranger.get("/reference/shapes")
    assert safe(page.text)
    for name, shape in describe(app)["components"]["schemas"].items():
        assert f'id="{name}"' in page.text
        assert all(f"<code>{field}</code>" in page.text for field in shape.get("properties", {})), name


async def test_every_kind_of_problem_has_a_page_for_everybody_with_an_example(stranger: AsyncClient) -> None:
    for kind, (code, title) in KINDS.items():
        page = await stranger.get(f"/problems/{kind}")
        assert page.status_code == 200, kind
        words = html.unescape(page.text)
        assert title in words
        assert f'"status": {code}' in words
        assert safe(page.text)


async def test_what_there_is_no_reference_of_is_a_page_that_says_so(stranger: AsyncClient) -> None:
    for path in ("/reference/nothing", "/problems/nothing"):
        answer = await stranger.get(path)
        assert answer.status_code == 404
        assert answer.headers["Content-Type"].startswith("text/html")
