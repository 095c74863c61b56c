"""The site's real rules stand before every publish: all of them at first, then for what changed."""

import pytest

from graph.checking import checks
from graph.history.journal import Journal
from graph.releases import publish
from graph.releases.errors import PublishRefused


def real(site):
    return publish(site.settings, author="ann", message="why")


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which of the two checks was made."""
    made = []
    for name in ("check", "check_changes"):
        original = getattr(checks, name)
        monkeypatch.setattr(checks, name, lambda *a, _o=original, _n=name, **k: (made.append(_n), _o(*a, **k))[1])
    return made


def test_all_at_first_then_what_changed(fresh, watched: list[str]) -> None:
    assert real(fresh).report.conforms
    assert watched == ["check"]
    fresh.write("them", "Them")
    done = real(fresh)
    assert watched == ["check", "check_changes"]
    assert (done.added, done.report.records) == (1, 1)
    assert not real(fresh).changed
    assert len(watched) == 2


def test_other_rules_are_held_against_everything(fresh, watched: list[str]) -> None:
    real(fresh)
    (fresh.folder / "shapes").mkdir()
    (fresh.folder / "shapes" / "own.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix schema: <https://schema.org/> .\n"
        "<https://site.example/rules#plain> a sh:NodeShape ; sh:targetClass schema:NGO ;\n  sh:property"
        " <https://site.example/rules#no-digits> . <https://site.example/rules#no-digits> sh:path schema:name ;\n"
        '  sh:pattern "^[^0-9]*$" ; sh:message "A name has no digits."@en, "В имени нет цифр."@ru .\n'
    )
    fresh.write("them", "Them 2")
    with pytest.raises(PublishRefused) as refused:
        real(fresh)
    assert watched == ["check", "check"]
    (finding,) = [f for f in refused.value.report.findings if f.rule.endswith("no-digits")]
    assert finding.file == fresh.folder / "records" / "them.yaml"


def test_a_release_that_cannot_be_read_is_no_base_to_check_against(fresh, watched: list[str]) -> None:
    real(fresh)
    (fresh.places.snapshot(1) / "store" / "CURRENT").unlink()
    fresh.write("them", "Them")
    assert real(fresh).release == 2
    assert watched == ["check", "check"]
    assert fresh.says() == fresh.recorded()


def test_a_withdrawal_is_followed_by_a_whole_check(site, watched: list[str]) -> None:
    from graph.releases.withdrawal.withdrawing import withdraw

    site.write("new", "Newcomers")
    real(site)
    withdraw(site.settings, site.record("secret"), reason="risk", author="ann")
    with Journal(site.places.journal) as journal:
        assert journal.newest().rules == ""
    site.write("new", "Newcomers again")
    real(site)
    assert watched == ["check", "check"]
