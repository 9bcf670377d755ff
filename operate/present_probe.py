"""What a probe found, as a person reads it."""

from __future__ import annotations

from typing import Any

from rich.console import Console


def show_probe(report: dict[str, Any]) -> None:
    """Print robots.txt, each answer with what was found in it, what was never found, issues."""
    console = Console(soft_wrap=True, highlight=False)

    def say(text: str, style: str | None = None) -> None:
        console.print(text, markup=False, style=style)

    for robots in report["robots"]:
        pace = f"; it asks for {robots['delay']:g} s between requests" if robots["delay"] else ""
        verdict = "lets us in" if robots["allows"] else "keeps us out"
        say(f"{robots['url']} ({robots['status']}) {verdict}{pace}. {robots['says']}".strip())
    for answer in report["answers"]:
        kind = answer["headers"].get("content-type", "no type")
        say(f"\n{answer['method']} {answer['asked']}", "cyan")
        if answer["answered"] != answer["asked"]:
            say(f"  led to {answer['answered']}")
        say(f"  {answer['status']}, {kind}, {answer['bytes']} bytes, kept as {answer['file']}")
        for name, count in answer["found"].items():
            say(f"  {count:5} {name}", None if count else "dim")
    if report["never_found"]:
        say(f"\nFound on no page: {', '.join(report['never_found'])}.", "yellow")
    say("")
    for document in report["documents"]:
        say(f"{document['outcome']}: {document['document_key']}, {document['title'] or 'no title'}")
    for issue in report["issues"]:
        say(f"{issue['code']}: {issue['detail']} {issue['url'] or ''}".rstrip(), "yellow")
    run = report["run"]
    say(f"{run['listed']} documents listed; state {run['state']}. {run['detail']}".strip())
    say(f"All answers are in {report['folder']}.")
