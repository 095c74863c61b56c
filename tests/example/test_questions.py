"""The fourteen questions a researcher asks, each with its whole answer: on two engines, and over HTTP."""

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"
Answer = Callable[[str], list[dict[str, str]]]

PAGE = "Rights Group of the Week: Russian LGBT Network"
NOVAYA_REPORT = "Report of Novaya gazeta on detentions and killings in Chechnya"
NOVAYA_PRISON = "Report of Novaya gazeta cited by Caucasian Knot on a 'secret prison' in Argun"
KNOT_OFFER = '"Russian LGBT-network" offers to evacuate gays from Chechnya'
KNOT_FIFTEEN = "Fifteen LGBTs ask evacuation from Chechnya"
RFERL = "Homosexuals Appeal For Help Fleeing Chechnya Amid Allegations Of Antigay Campaign"
MOSCOW_TIMES = "Detained, Tortured, Killed: How Chechnya Cracked Down on Gays"
STATEMENT = (
    "Statement of the Russian LGBT Network’s Board regarding the information on the kidnappings and murders of "
    "LGBT People in the North Caucasus"
)
ORIGINAL = "Statement of the Russian LGBT Network on the reports, original on Facebook"
FACEBOOK = "Facebook page of the Russian LGBT Network"
NETWORK = "Russian LGBT Network"


def test_who_first_reported_the_detentions(answer: Answer) -> None:
    rows = answer("01-who-first-reported")
    assert rows == [{"who": "Novaya gazeta", "document": NOVAYA_REPORT, "date": "2017-04-01"}]


def test_every_reported_figure_about_the_incident(answer: Answer) -> None:
    assert answer("02-figures") == [
        {
            "counted": "people asking to leave", "words": "more than 10", "bound": "more than", "min": "11",
            "who": "Tom Balmforth", "document": RFERL,
        },
        {
            "counted": "people asking to leave", "words": "Fifteen", "bound": "exactly", "min": "15", "max": "15",
            "who": "Caucasian Knot", "document": KNOT_FIFTEEN,
        },
        {
            "counted": "people detained", "words": "over 100", "bound": "more than", "min": "101",
            "who": "Novaya gazeta", "document": NOVAYA_REPORT,
        },
        {
            "counted": "people killed", "words": "at least three", "bound": "at least", "min": "3",
            "who": "Novaya gazeta", "document": NOVAYA_REPORT,
        },
    ]  # fmt: skip


def test_which_figures_differ_and_whether_both_can_be_right(answer: Answer) -> None:
    assert answer("03-figures-that-differ") == [
        {
            "counted": "people asking to leave", "words": "Fifteen", "who": "Caucasian Knot",
            "otherWords": "more than 10", "otherWho": "Tom Balmforth", "incompatible": "false",
        }
    ]  # fmt: skip


def test_all_quotations_with_speaker_and_document(answer: Answer) -> None:
    rows = answer("04-quotations")
    assert [(row["who"], row["document"]) for row in rows] == [
        (NETWORK, STATEMENT),
        ("Matthew Kupfer", MOSCOW_TIMES),
        ("Igor Kochetkov", MOSCOW_TIMES),
        ("Igor Kochetkov", MOSCOW_TIMES),
        ("The Moscow Times", MOSCOW_TIMES),
        ("Caucasian Knot", KNOT_OFFER),
        ("Caucasian Knot", KNOT_OFFER),
    ]
    words = [row["words"] for row in rows]
    assert words[0].startswith("The Russian LGBT Network is highly disturbed and concerned about the information")
    assert words[0].endswith("to “traditions” to justify kidnappings and killings are amoral and criminal")
    assert words[1:] == [
        "the crackdown seemed like something out of the Stalinist-era repressions.",
        "unprecedented",
        "We are under the impression that this is a special operation to capture gays.",
        "The Russian LGBT Network has set up a hotline for LGBT people in the North Caucasus and is actively working "
        "to evacuate individuals in danger from the region.",
        "secret prison",
        "The data on persecutions of homosexuals in Chechnya need investigators’ verification, the 'Russian "
        "LGBT-network' has stated. The organization is ready to help the victims, before they are evacuated from "
        "Chechnya.",
    ]


def test_through_whom_the_secret_prison_reached_the_page(answer: Answer) -> None:
    assert answer("05-how-it-reached-this-page") == [
        {
            "page": PAGE, "through": "Caucasian Knot", "document": KNOT_OFFER,
            "citing": "Novaya gazeta", "citedDocument": NOVAYA_PRISON,
        }
    ]  # fmt: skip


def test_which_claims_rest_on_novaya_gazeta(answer: Answer) -> None:
    rows = answer("06-what-rests-on-one-outlet")
    assert [(row["text"], row.get("through")) for row in rows] == [
        ("At least three gay men have been killed in Chechnya.", None),
        ("Over 100 gay men have been brutally detained in Chechnya.", None),
        (
            "A 'secret prison' for the detention of LGBT people was located in the city of Argun, Chechnya.",
            "Caucasian Knot",
        ),
    ]


def test_the_goals_in_order(answer: Answer) -> None:
    rows = answer("07-goals")
    assert {row["document"] for row in rows} == {FACEBOOK}
    assert [(int(row["position"]), row["goal"]) for row in rows] == list(enumerate(GOALS, 1))


GOALS = (
    "Develop a direct dialogue with the authorities, political parties, human rights and civic activists",
    "Hold nationwide information campaigns",
    "Help unite and organize LGBT people in the regions of Russia",
    "Provide LGBT people with psychological and legal support, regardless of their place of residence and other "
    "discriminating factors",
    "Help the parents and friends of LGBT",
    "Conduct research on the socio-legal status of LGBT people in Russia",
    "Provide international organizations, which control Russia’s observance of its international human rights "
    "obligations (UN, the Council of Europe, OSCE), with alternative reports on the situation of LGBT people in the "
    "country.",
    "Hold round table discussions, seminars, conferences, trainings etc.",
    "Publish informational, educational and methodological materials",
    "Provide professional assistance with strategic legal cases",
    "Provide the LGBT community with distant informational, psychological and legal support",
    "Hold nationwide trainings for leaders of the LGBT-movement",
)


def test_what_may_have_happened_on_a_day_of_october_2008(answer: Answer) -> None:
    assert answer("08-what-may-have-happened") == [
        {
            "event": "event/conference-2008", "written": "2008-10",
            "what": "All-Russian Conference of Civic Organizations in Support of the LGBT Movement",
        },
        {
            "event": "event/election-2008", "written": "2008-10",
            "what": "Election of governing bodies of the Russian LGBT Network",
        },
        {
            "event": "event/transformation-2008", "written": "2008-10",
            "what": "Transformation of the Russian LGBT Network into an interregional public movement",
        },
    ]  # fmt: skip


def test_sources_the_page_relies_on_without_listing_them(answer: Answer) -> None:
    assert answer("09-sources-not-listed") == [
        {"page": PAGE, "source": "source/rln-facebook-page", "what": FACEBOOK, "by": NETWORK},
        {"page": PAGE, "source": "source/novaya-gazeta-secret-prison", "what": NOVAYA_PRISON, "by": "Novaya gazeta"},
        {"page": PAGE, "source": "source/novaya-gazeta-2017-04-01", "what": NOVAYA_REPORT, "by": "Novaya gazeta"},
        {"page": PAGE, "source": "source/rln-statement-original", "what": ORIGINAL, "by": NETWORK},
    ]


def test_the_hotlines_where_they_serve_and_on_whose_word(answer: Answer) -> None:
    assert answer("10-hotlines") == [
        {
            "hotline": "Hotline for LGBT people in the North Caucasus", "of": NETWORK, "serves": "North Caucasus",
            "onTheWordOf": "The Moscow Times", "document": MOSCOW_TIMES,
        },
        {
            "hotline": "Hotline in all parts of the country", "of": NETWORK, "serves": "Russia",
            "onTheWordOf": NETWORK, "document": PAGE,
        },
    ]  # fmt: skip


def test_acts_that_rest_on_the_word_of_one_source(answer: Answer) -> None:
    assert answer("11-acts-on-one-word") == [
        {
            "act": "act/chechnya-2017-secret-prison", "what": "Reported 'secret prison' in Argun",
            "origin": NOVAYA_PRISON, "by": "Novaya gazeta",
        },
        {
            "act": "act/chechnya-2017-kidnappings", "what": "Reported kidnappings in Chechnya",
            "origin": ORIGINAL, "by": NETWORK,
        },
        {
            "act": "act/chechnya-2017-torture", "what": "Reported torture in Chechnya",
            "origin": MOSCOW_TIMES, "by": "Matthew Kupfer",
        },
    ]  # fmt: skip


def test_who_is_named_and_on_what_basis(answer: Answer) -> None:
    assert answer("12-who-is-named") == [
        {"name": "Igor Kochetkov", "basis": "public role"},
        {"name": "Matthew Kupfer", "basis": "byline"},
        {"name": "Tom Balmforth", "basis": "byline"},
    ]


@pytest.mark.parametrize("name", ["13-passages-carried-by-nothing", "14-plain-facts-without-a-claim"])
def test_nothing_is_lost_and_nothing_is_left_without_a_claim(answer: Answer, name: str) -> None:
    assert answer(name) == []


def test_a_russian_reader_has_the_same_rows_with_russian_names(seed) -> None:
    """Where a thing has a name in Russian; else the one it has, and never a row less."""
    spoken = {name: question for name, question in seed.questions.items() if question.language}
    assert len(spoken) == 12
    for question in spoken.values():
        russian, english = seed.rows(question.body_in("ru")), seed.rows(question.body)
        assert len(russian) == len(english), question.name
        assert sorted(map(sorted, russian)) == sorted(map(sorted, english)), question.name
    assert seed.rows(spoken["01-who-first-reported"].body_in("ru")) == [
        {"who": "Новая газета", "document": NOVAYA_REPORT, "date": "2017-04-01"}
    ]
    assert {row["name"] for row in seed.rows(spoken["12-who-is-named"].body_in("ru"))} == {
        "Игорь Кочетков", "Мэттью Купфер", "Том Балмфорт",
    }  # fmt: skip


def test_no_question_asks_for_one_language_and_hides_the_rest(seed) -> None:
    """A filter on a language stands where a name may be missing, and what comes instead of it stands next to it."""
    for question in seed.questions.values():
        lines = question.text.splitlines()
        for line, following in pairwise(lines):
            if "LANG(" in line:
                assert re.fullmatch(r"\s+OPTIONAL \{ .+ FILTER\(LANG\(\?\w+\) = \"en\"\) \}", line), question.name
                assert following == line.partition(" FILTER")[0] + " }", question.name


def test_queries_in_the_docs_are_answered(seed) -> None:
    blocks = [
        block
        for page in sorted(DOCS.glob("*.md"))
        for block in re.findall(r"```sparql\n(.+?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    ]
    assert blocks
    assert all(map(seed.rows, blocks))
