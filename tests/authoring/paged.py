"""A record that is a page, with items of the test's own on it."""

PAGE = """
things:
- id: profile/p
  name: The page
  about: org/group
  publisher: org/us
  part-of: series/s
  breadcrumb: Home >
  posted: 2031-04-10T08:09
  updated: 2031-04-10T08:53
  text:
  - {{passage: The page, carries: page}}
{items}
- {{id: source/paper, name: Paper, publisher: org/paper, published: 2031-04-01}}
- {{id: source/signed, name: Signed, author: person/anna, publisher: org/paper}}
"""


def page(site, items: str):
    """The graph of a page with these items, each indented by two."""
    return site.graph(PAGE.format(items=items.strip("\n")))


def wrong(site, items: str):
    return site.wrong(PAGE.format(items=items.strip("\n")))
