"""`/sparql`: SPARQL 1.1 Protocol over the query lane, a page to ask from, and answers as pages for people."""

from server.sparql.views import blueprint

__all__ = ["blueprint"]
