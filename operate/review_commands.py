"""The commands `review` and `reviewer`: the web pages, and who may decide on them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from core.errors import StoreError
from core.settings import Settings
from operate.lock import refuse_half_restored
from operate.options import Commands, TextCommand, emit, json_option, output_options
from operate.present_review import show_link, show_removed_reviewer, show_reviewers
from store.database import Store
from store.reviewing.reviewers import (
    add_reviewer,
    new_sign_in,
    remove_reviewer,
    reviewer_named,
    reviewers,
)

PORT = 8001
_port = click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=PORT,
    show_default=True,
    help="Port of the pages.",
)


@click.command(cls=TextCommand)
@_port
@click.option("--as", "name", metavar="NAME", help="Print a link that signs NAME in, once.")
@output_options
def review(settings: Settings, *, port: int, name: str | None) -> None:
    """Serve the web pages on loopback until Ctrl-C."""
    from operate.reviewing import Desk  # noqa: PLC0415 - Datasette takes a while to import
    from review.app import build_app, listen, serve  # noqa: PLC0415
    from review.site import Options  # noqa: PLC0415

    refuse_half_restored(settings.output)
    options = Options(
        database=settings.database,
        publish=settings.publish,
        address=settings.review_address,
        second_share=settings.second_share,
        uploads=settings.output / "uploads",
        max_upload=settings.max_file,
    )
    with Desk(settings) as desk:
        app = build_app(options, desk)
        with listen(port) as waiting:
            address = _address(settings, waiting.getsockname()[1])
            threading.Thread(target=desk.warm, daemon=True).start()
            click.echo(f"Materiel is at {address}/ - stop it with Ctrl-C.")
            if name:
                click.echo(f"To sign in as {name}, once: {_local_link(settings, name, address)}")
            serve(app, waiting)


@click.group(cls=Commands)
def reviewer() -> None:
    """Say who may review, and make the links that sign them in."""


@reviewer.command("add")
@click.argument("name")
@click.option("--administrator", is_flag=True, help="May manage reviewers and withheld documents.")
@_port
@output_options
@json_option
def reviewer_add(
    settings: Settings, name: str, *, administrator: bool, port: int, as_json: bool
) -> None:
    """Add a reviewer, and print a link that signs them in once within a day."""
    with _opened(settings) as store:
        made = add_reviewer(store, name, "administrator" if administrator else "reviewer")
        link = _link(store, made.name, _address(settings, port))
    told = {"name": made.name, "role": made.role, "link": link}
    emit(told, as_json=as_json, readable=show_link)


@reviewer.command("link")
@click.argument("name")
@_port
@output_options
@json_option
def reviewer_link(settings: Settings, name: str, *, port: int, as_json: bool) -> None:
    """Print another link for a reviewer; good once, within a day."""
    with _opened(settings) as store:
        link = _link(store, name, _address(settings, port))
    emit({"name": name, "link": link}, as_json=as_json, readable=show_link)


@reviewer.command("list")
@output_options
@json_option
def reviewer_list(settings: Settings, *, as_json: bool) -> None:
    """List the reviewers, those who were removed too."""
    with _opened(settings) as store:
        emit({"reviewers": reviewers(store)}, as_json=as_json, readable=show_reviewers)


@reviewer.command("remove")
@click.argument("name")
@output_options
@json_option
def reviewer_remove(settings: Settings, name: str, *, as_json: bool) -> None:
    """End a reviewer's access at once; what they decided stays."""
    with _opened(settings) as store:
        remove_reviewer(store, name)
    emit({"removed": name}, as_json=as_json, readable=show_removed_reviewer)


@contextmanager
def _opened(settings: Settings) -> Iterator[Store]:
    refuse_half_restored(settings.output)
    if not settings.database.is_file():
        raise StoreError(f"There is no database in {settings.output}; name another with --output.")
    with Store.open(settings.database) as store:
        yield store


def _address(settings: Settings, port: int) -> str:
    return settings.review_address or f"http://127.0.0.1:{port}"


def _link(store: Store, name: str, address: str) -> str:
    return f"{address}/sign-in/{new_sign_in(store, name)}"


def _local_link(settings: Settings, name: str, address: str) -> str:
    with _opened(settings) as store:
        known: Any = reviewer_named(store, name) or add_reviewer(store, name)
        return _link(store, known.name, address)
