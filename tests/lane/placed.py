"""SERVICE in every place where it may stand; OTHER is the endpoint, and `ex:` is declared."""

SHAPES = {
    "alone": "SELECT * { SERVICE OTHER { ?x ex:known ?name } }",
    "after": "SELECT * { ?x ex:label ?label SERVICE OTHER { ?x ex:known ?name } }",
    "before": "SELECT * { SERVICE OTHER { ?x ex:known ?name } ?x ex:label ?label }",
    "with dots": "SELECT * { ?x ex:label ?label . SERVICE OTHER { ?x ex:known ?name } . ?x ex:member ?y }",
    "many bindings": "SELECT * { ?x ex:value ?v FILTER(?v < 40) . SERVICE OTHER { ?x ex:half ?h } }",
    "two hundred": "SELECT * { { SELECT ?x { ?x ex:value ?v FILTER(?v < 240) } } SERVICE OTHER { ?x ex:half ?h } }",
    "filters around": "SELECT * { FILTER(?v > 3) . ?x ex:value ?v . FILTER(?h < 8) ?x ?p ?o SERVICE "
    "OTHER { ?x ex:half ?h } "
    "FILTER EXISTS { ?x ?q ?w } }",
    "optional": "SELECT * { ?x ex:member ?y OPTIONAL { SERVICE OTHER { ?y ex:known ?name } } }",
    "optional after its own": "SELECT * { ?x ex:label ?l OPTIONAL { ?x ex:member ?y SERVICE OTHER { "
    "?y ex:known ?n } } }",
    "optional with a filter": "SELECT * { ?x ex:member ?y OPTIONAL { SERVICE OTHER { ?x ex:known ?n } "
    "FILTER(?y != ex:two) } }",
    "after an optional": "SELECT * { ?x ex:member ?y OPTIONAL { ?y ex:label ?l } SERVICE OTHER { ?y ex:known ?l } }",
    "unbound before": "SELECT * { { ?x ex:label ?l } UNION { ?y ex:name ?l } SERVICE OTHER { ?x ex:known ?name } }",
    "union": "SELECT * { { SERVICE OTHER { ?x ex:known ?n } } UNION { ?x ex:label ?n } }",
    "minus": "SELECT * { ?x ex:member ?y MINUS { SERVICE OTHER { ?y ex:place ?z } } }",
    "before a minus": "SELECT * { ?x ex:member ?y SERVICE OTHER { ?y ex:known ?n } MINUS { ?x ex:name ?z } }",
    "bind": "SELECT * { BIND(ex:one AS ?x) SERVICE OTHER { ?x ex:known ?n } BIND(STR(?n) AS ?s) }",
    "values": "SELECT * { VALUES ?x { ex:one ex:two ex:three UNDEF } SERVICE OTHER { ?x ex:known ?n } }",
    "values at the end": "SELECT * { SERVICE OTHER { ?x ex:known ?n } } VALUES ?x { ex:one ex:three }",
    "nested groups": "SELECT * { ?x ex:label ?l { { SERVICE OTHER { ?x ex:known ?n } } ?x ex:member ?y } }",
    "subquery": "SELECT * { ?x ex:label ?l { SELECT ?x (COUNT(*) AS ?c) { SERVICE OTHER { ?x ?p ?o } } GROUP BY ?x } }",
    "subquery inside": "SELECT * { ?x ex:label ?l SERVICE OTHER { SELECT ?x (COUNT(*) AS ?c) { ?x ?p "
    "?o } GROUP BY ?x } }",
    "limit inside": "SELECT (COUNT(*) AS ?c) { ?x ex:value ?v SERVICE OTHER { SELECT * { ?x ex:half "
    "?h } ORDER BY ?x LIMIT 3 } }",
    "optional inside": "SELECT * { ?x ex:member ?y SERVICE OTHER { ?x ex:known ?n OPTIONAL { ?x ex:place ?y } } }",
    "hidden inside": "SELECT * { ?x ex:member ?y SERVICE OTHER { { SELECT ?n { ?x ex:known ?n } } } }",
    "two": "SELECT * { ?x ex:member ?y SERVICE OTHER { ?x ex:known ?n } SERVICE OTHER { ?y ex:known ?m } }",
    "one feeds the other": "SELECT * { SERVICE OTHER { ?x ex:known ?n } SERVICE OTHER { ?x ex:place ?z } }",
    "nothing in common": "SELECT * { ?x ex:member ?y SERVICE OTHER { ?z ex:place ?w } }",
    "no variables": "SELECT * { ?x ex:member ?y SERVICE OTHER { ex:one ex:known ?n } }",
    "no variables, not so": "SELECT * { ?x ex:member ?y SERVICE OTHER { ?z ex:none ?n } }",
    "a constant that holds": "SELECT * { ?x ex:member ?y SERVICE OTHER { ex:one ex:known 'ONE'@en } }",
    "a constant that does not": "SELECT * { ?x ex:member ?y SERVICE OTHER { ex:one ex:known 'TWO'@en } }",
    "nothing before": "SELECT * { ?x ex:none ?y SERVICE OTHER { ?y ex:known ?n } }",
    "blank nodes": "SELECT * { ?x ex:label ?l SERVICE OTHER { ?x ex:place ?z } }",
    "one blank node twice": "SELECT ?z { SERVICE OTHER { ?x ex:place ?z . ?z ex:zip ?code } }",
    "literals": "SELECT * { ?x ex:value ?v FILTER(?v < 5) SERVICE OTHER { ?w ex:half ?v } }",
    "distinct and order": "SELECT DISTINCT ?h { ?x ex:value ?v FILTER(?v < 9) SERVICE OTHER { ?x "
    "ex:half ?h } } ORDER BY ?h LIMIT 3",
    "aggregate": "SELECT (SUM(?h) AS ?s) { ?x ex:value ?v FILTER(?v < 9) SERVICE OTHER { ?x ex:half ?h } }",
    "a prefixed endpoint": "PREFIX o: OTHER SELECT * { SERVICE o: { ?x ex:known ?n } }",
    "comments": "SELECT * { # SERVICE <x:y> {\n ?x ex:label '} SERVICE { '@ru , ?l SERVICE OTHER { ?x "
    "ex:known ?n # }\n } }",
    "silent": "SELECT * { ?x ex:label ?l SERVICE SILENT OTHER { ?x ex:known ?n } }",
}
