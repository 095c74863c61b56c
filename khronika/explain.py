"""`khronika explain`: what a rule asks and what to do, in words."""

from pathlib import Path

import click

from graph.settings import Settings, read_settings


@click.command()
@click.argument("rule", required=False)
@click.option("--site", type=click.Path(path_type=Path), default=None, help="A site with rules of its own.")
@click.option("--lang", type=click.Choice(["en", "ru"]), default="en", show_default=True, help="Language.")
def explain(rule: str | None, site: Path | None, lang: str) -> None:
    """Explain a RULE, named as a report names it (`claim-names-its-document`). Without one, list them all."""
    from graph.checking.explaining import explain as look_up
    from graph.checking.explaining import explained, said
    from graph.checking.rules import site_rules

    rules = site_rules(read_settings(site) if site else _no_site())
    if rule is None:
        for each in explained(rules):
            click.echo(f"{each.severity.name.lower():<10} {each.name:<55} {said(each.label, lang)}")
        return
    found = look_up(rules, rule)
    click.secho(said(found.label, lang), bold=True)
    click.echo(f"{found.severity.name.lower()} · {said(found.subject, lang)} · {found.iri}\n")
    click.echo(click.wrap_text(said(found.messages, lang), 100))


def _no_site() -> Settings:
    """Settings of no site at all: the house's rules alone."""
    return Settings(folder=Path("/nonexistent"), title={}, base="https://example.org/", publisher="")
