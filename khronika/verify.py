"""`khronika verify` and `khronika doctor`: whether what is kept, shown or cited is what was published; mending it."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from graph.errors import KhronikaError
from graph.settings import read_settings
from khronika.progress import Progress
from khronika.site import site_argument

if TYPE_CHECKING:
    from graph.publish.history.cited import Cited
    from graph.publish.history.copies import Copy, Difference

DIFFERS, UNKNOWN = 1, 3  # exit codes
HEAD = 300  # characters of a line of a difference that are shown


@click.command()
@click.argument("what", default=".", metavar="[SITE|FILE|URL]")
@click.option("--as", "address", metavar="URL", help="The address FILE was cited by, where it does not name it itself.")
@click.option("--against", metavar="DIR|URL", help="Compare with this site's folder, or with this server of the site.")
@click.option("--fast", is_flag=True, help="Of a SITE: do not read snapshots statement by statement.")
def verify(what: str, address: str | None, against: str | None, fast: bool) -> None:
    """Confirm that what you hold is what was released. Changes nothing.

    \b
      khronika verify my-site          journal, chain of digests, snapshots, pointer
      khronika verify profile.ttl      a document or an answer that was saved
      khronika verify 'https://…?release=7&digest=…'

    A document names its release and the digest of that; so do answers in JSON and XML. For others give the address
    in the answer's header Link, rel="cite-as", with --as. Statement by statement it is compared with what the site
    serves under that address, or with the site's own journal (--against DIR).

    Exit codes: 0 the same, 1 not the same, 3 nothing could be compared (no such release, withdrawn since, no answer).
    """
    if Path(what).is_dir():
        if address or against:
            raise click.UsageError("--as and --against are for a file or an address; a site is compared with itself.")
        _verify_site(Path(what), fast)
        return
    if fast:
        raise click.UsageError("--fast is for a site.")
    if not what.startswith(("http://", "https://")) and not Path(what).is_file():
        raise click.UsageError(f"There is no file, folder or address '{what}'.")
    try:
        _verify_copy(what, address, against)
    except KhronikaError as error:
        click.echo(f"Not compared. {error}", err=True)
        sys.exit(UNKNOWN)


def _verify_copy(what: str, address: str | None, against: str | None) -> None:
    from graph.publish.history.copies import difference
    from khronika.web import served

    copy, cited = _read(what, address)
    if against and Path(against).is_dir():
        from graph.publish.history.released import released

        place, original = f"the journal of {against}", released(read_settings(Path(against)), cited, copy.format)
    else:
        place, original = served(cited, copy.format, against or "")
    found = difference(copy, original)
    kind = "lines" if copy.format.results else "statements"
    with_what = f"release {cited.release}, digest {cited.digest}, in {place}"
    if found:
        _tell(f"{what} is not what was released.\nCompared with {with_what}", kind, found)
        sys.exit(DIFFERS)
    click.echo(f"{what} is what was released.\nCompared {copy.lines.total():,} {kind} with {with_what}")


def _tell(verdict: str, kind: str, found: "Difference") -> None:
    click.echo(verdict, err=True)
    for count, first, who in ((found.more, found.first_more, "copy"), (found.less, found.first_less, "release")):
        if first is not None:
            shown = first if len(first) <= HEAD else first[:HEAD] + "…"
            click.echo(f"{count:,} {kind} only in the {who}, the first:\n  {shown}", err=True)


def _read(what: str, address: str | None) -> "tuple[Copy, Cited]":
    """The copy, and what it is to be compared with."""
    from graph.publish.history.cited import read_permanent
    from graph.publish.history.copies import NotComparable, read_copy
    from khronika.web import fetch

    names = [address] if address else []
    if Path(what).is_file():
        copy = read_copy(_content(Path(what)), what)
    else:
        fetched = fetch(what)
        copy = read_copy(fetched.content, what.partition("?")[0], fetched.media_type)
        names += [what, fetched.cite_as]
    if address and read_permanent(address) is None:
        raise NotComparable(address, "does not name a release and its digest.", "It is under 'Cite this' on each page.")
    named = next((cited for cited in map(read_permanent, names) if cited), None)
    if named is None and len(copy.names) == 1:
        named = copy.names[0]
    if named is None:
        problem = "names several releases." if copy.names else "does not say which release it is from."
        raise NotComparable(what, problem, "Give the address it was cited by with --as URL.")
    if not named.path:
        raise NotComparable(named.address, "is not the address of a document or an answer of a site.")
    return copy, named


def _content(path: Path) -> bytes:
    from graph.publish.history.copies import NotComparable

    try:
        return path.read_bytes()
    except OSError as error:
        raise NotComparable(str(path), f"cannot be read: {error.strerror}.") from None


def _verify_site(site: Path, fast: bool) -> None:
    """Prove that journal, chain of digests, snapshots and pointer agree; exit code 1 when not."""
    from graph.releases.verifying import verify as prove

    settings = read_settings(site)
    with Progress() as progress:
        found = prove(settings, deep=not fast, progress=progress)
    for fault in found.faults:
        click.echo(fault, err=True)
    if not found.sound:
        click.echo("Mend what can be made again from the journal with: khronika doctor", err=True)
        sys.exit(1)
    click.echo(f"All is what was published: {found.releases} releases, {found.snapshots} snapshots.")


@click.command()
@site_argument
def doctor(site: Path) -> None:
    """Find what a crash or a bad disk left behind, mend it from the journal, and say what was found and done."""
    from graph.releases.verifying import doctor as mend

    settings = read_settings(site)
    with Progress() as progress:
        diagnosis = mend(settings, progress=progress)
    for line in diagnosis.recovery.found:
        click.echo(f"found  {line}")
    for line in diagnosis.recovery.done:
        click.echo(f"done   {line}")
    for fault in diagnosis.verification.faults:
        click.echo(f"still  {fault}", err=True)
    if not diagnosis.verification.sound:
        click.echo(
            "What is still wrong is not in the journal any more: khronika restore brings back a backup.", err=True
        )
        sys.exit(1)
    if not diagnosis.recovery.found and not diagnosis.recovery.done:
        click.echo("Nothing to mend.")
