"""Queries that mean harm: each wants all the time, all the memory, all the stack or all the disk there is."""

ALL = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"
VALUES = " ".join(f"VALUES ?v{n} {{ {' '.join(map(str, range(40)))} }}" for n in range(8))
STAR = " . ".join(f"?s ?p{n} ?o{n}" for n in range(200))
CHAIN = " . ".join(f"?s{n} ?p{n} ?s{n + 1}" for n in range(60))
DOUBLING = "BIND('0123456789' AS ?x0) " + " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(40))
GRAPHS = "GRAPH ?x { ?a ?b ?c } GRAPH ?y { ?d ?e ?f } GRAPH ?z { ?g ?h ?i }"
GROWING = (
    f"BIND(REPLACE('{'a' * 3000}', 'a', '{'b' * 3000}') AS ?x) BIND(REPLACE(?x, 'b', '{'c' * 3000}') AS ?y) "
    "BIND(REPLACE(?y, 'c', ?y) AS ?z)"
)
UNIONS = " UNION ".join("{ ?s ?p ?o }" for _ in range(400))
OPTIONALS = " ".join(f"OPTIONAL {{ ?a{n} ?b{n} ?c{n} }}" for n in range(12))
EX = "PREFIX ex: <https://example.org/id/> "

SHAPES: dict[str, str] = {
    "product": f"SELECT * {{ {ALL} }}",
    "product counted": f"SELECT (COUNT(*) AS ?n) {{ {ALL} }}",
    "product distinct": f"SELECT DISTINCT ?a ?d ?g {{ {ALL} }}",
    "product sorted": f"SELECT * {{ {ALL} }} ORDER BY ?c ?f ?i",
    "product sorted descending": f"SELECT * {{ {ALL} }} ORDER BY DESC(STR(?c)) LIMIT 1",
    "product with offset": f"SELECT * {{ {ALL} }} OFFSET 100000000000",
    "product filtered to nothing": f"SELECT * {{ {ALL} FILTER(STR(?a) = CONCAT(STR(?d), STR(?g), STR(?j))) }}",
    "product grouped": f"SELECT ?a (COUNT(*) AS ?n) {{ {ALL} }} GROUP BY ?a",
    "product grouped by all": f"SELECT ?a ?d ?g (COUNT(*) AS ?n) {{ {ALL} }} GROUP BY ?a ?d ?g",
    "product having": f"SELECT ?a (COUNT(*) AS ?n) {{ {ALL} }} GROUP BY ?a HAVING(COUNT(*) < 0)",
    "product concatenated": f"SELECT (GROUP_CONCAT(?c) AS ?x) {{ {ALL} }}",
    "product counted distinct": f"SELECT (COUNT(DISTINCT CONCAT(STR(?a), STR(?d), STR(?g))) AS ?n) {{ {ALL} }}",
    "product sampled": f"SELECT (SAMPLE(?l) AS ?x) (SUM(?c) AS ?y) {{ {ALL} }}",
    "product summed": f"SELECT (AVG(?c) AS ?x) (MIN(?f) AS ?y) (MAX(?i) AS ?z) {{ {ALL} }}",
    "product asked": f"ASK {{ {ALL} FILTER(?a != ?a) }}",
    "product in a graph": f"SELECT * {{ {GRAPHS} }}",
    "product of graphs counted": f"SELECT (COUNT(*) AS ?n) {{ {GRAPHS} }}",
    "product constructed": f"CONSTRUCT {{ ?a ?e ?i . ?d ?h ?l . ?g ?b ?c }} {{ {ALL} }}",
    "product described": f"DESCRIBE * {{ {ALL} }}",
    "product with union": f"SELECT * {{ {{ {ALL} }} UNION {{ {ALL} }} }}",
    "product minus": f"SELECT (COUNT(*) AS ?n) {{ {ALL} MINUS {{ ?a ?x ?y . ?z ?w ?v }} }}",
    "product of subqueries": "SELECT * { { SELECT ?a {?a ?b ?c} } { SELECT ?d {?d ?e ?f} } { SELECT ?g {?g ?h ?i} } }",
    "product of values": f"SELECT * {{ {VALUES} }}",
    "product of values counted": f"SELECT (COUNT(*) AS ?n) {{ {VALUES} }}",
    "product of values sorted": f"SELECT * {{ {VALUES} }} ORDER BY ?v7 ?v6",
    "exists over a product": f"SELECT * {{ ?s ?p ?o FILTER EXISTS {{ {ALL} FILTER(?a = ?l && ?d != ?d) }} }}",
    "not exists over a product": f"SELECT * {{ ?s ?p ?o FILTER NOT EXISTS {{ {ALL} FILTER(?a != ?a) }} }}",
    "lateral product": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c LATERAL { ?d ?e ?f LATERAL { ?g ?h ?i } } }",
    "inequality join": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(?a != ?d) ?g ?h ?i FILTER(?i > ?c) }",
    "star of 200": f"SELECT (COUNT(*) AS ?n) {{ {STAR} }}",
    "star of 200 listed": f"SELECT * {{ ?s <https://example.org/id/value> ?v . {STAR} . ?x ?y ?z . ?u ?w ?q }}",
    "chain of 60": f"SELECT (COUNT(*) AS ?n) {{ {CHAIN} . {ALL} }}",
    "path of everything": "SELECT * { ?s (<x:a>|!<x:a>)* ?o . ?t (<x:a>|!<x:a>)* ?u . ?v (<x:b>|!<x:b>)* ?w }",
    "path counted": "SELECT (COUNT(*) AS ?n) { ?s (<x:a>|!<x:a>)* ?o . ?t (<x:a>|!<x:a>)+ ?u . ?v !<x:a>* ?w }",
    "path inverse": "SELECT (COUNT(*) AS ?n) { ?s (!<x:a>/^!<x:b>)+ ?o . ?o (!<x:a>/^!<x:b>)+ ?x }",
    "path nested": "SELECT (COUNT(*) AS ?n) { ?s ((!<x:a>*)/(^!<x:b>*))* ?o . ?t ((!<x:a>*)/(!<x:b>*))* ?u }",
    "path deep": "SELECT * { ?s " + "(" * 500 + "<x:a>" + ")*" * 500 + " ?o }",
    "path long": "SELECT (COUNT(*) AS ?n) { ?s " + "/".join(["(!<x:a>|^!<x:b>)"] * 60) + " ?o }",
    "concat doubling": f"SELECT (STRLEN(?x40) AS ?n) {{ {DOUBLING} }}",
    "concat doubling listed": f"SELECT * {{ {DOUBLING} }}",
    "replace growing": f"SELECT (STRLEN(?z) AS ?n) {{ {GROWING} }}",
    "regex on a product": f"SELECT (COUNT(*) AS ?n) {{ {ALL} FILTER REGEX(CONCAT(STR(?a), STR(?f)), '(.*)(.*)x$') }}",
    "regex of size": "SELECT (REGEX('a', '((a{1,100}){1,100}){1,100}') AS ?x) { " + ALL + " FILTER(?a != ?a) }",
    "hashes of a product": f"SELECT (COUNT(?x) AS ?n) {{ {ALL} BIND(SHA512(CONCAT(STR(?a), STR(?f))) AS ?x) }}",
    "encoding of a product": f"SELECT (SUM(STRLEN(ENCODE_FOR_URI(CONCAT(STR(?a), STR(?f))))) AS ?n) {{ {ALL} }}",
    "unions of 400": f"SELECT * {{ {UNIONS} {UNIONS} ?x ?y ?z }}",
    "optionals of 12": f"SELECT (COUNT(*) AS ?n) {{ {OPTIONALS} }}",
    "optionals sorted": f"SELECT * {{ {OPTIONALS} }} ORDER BY ?c11",
    "minus of a product": f"SELECT * {{ ?s ?p ?o MINUS {{ {ALL} FILTER(?a != ?a) }} ?x ?y ?z . ?u ?v ?w }}",
    "braces 2,304 deep": "SELECT * { " + "{" * 2304 + ALL + "}" * 2304 + " }",
    "braces 30,000 deep": "SELECT * { " + "{" * 30_000 + ALL + "}" * 30_000 + " }",
    "exists 896 deep": "SELECT * { ?s ?p ?o " + "FILTER EXISTS { ?s ?p ?o " * 896 + "}" * 896 + " " + ALL + " }",
    "not exists 896 deep": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o " + "FILTER NOT EXISTS { ?x ?y ?z " * 896 + "}" * 897,
    "parentheses 20,000 deep": "SELECT (" + "(" * 20_000 + "1" + ")" * 20_000 + " AS ?x) { " + ALL + " }",
    "negations 20,000 deep": "ASK { FILTER(" + "!" * 20_000 + "true) " + ALL + " FILTER(?a != ?a) }",
    "subqueries 800 deep": "SELECT * { " + "{ SELECT * { " * 800 + ALL + "} }" * 800 + " }",
    "optional 1,000 deep": "SELECT * { " + "?s ?p ?o OPTIONAL { " * 1000 + "?s ?p ?o" + " }" * 1000 + " " + ALL + " }",
    "if 3,000 deep": "SELECT (" + "IF(true, " * 3000 + "1" + ", 0)" * 3000 + " AS ?x) { " + ALL + " }",
    "sum of 10,000 terms": "SELECT (" + "1 + " * 10_000 + "1 AS ?x) { " + ALL + " }",
    "or of 5,000 terms": "SELECT * { " + ALL + " FILTER(" + " || ".join(["?a = ?d"] * 5000) + ") FILTER(?a != ?a) }",
    "lists 2,000 deep": "SELECT * { ?s ?p " + "(" * 2000 + "1" + ")" * 2000 + " . " + ALL + " }",
    "blank nodes 2,000 deep": "SELECT * { ?s ?p " + "[ ?q " * 2000 + "1" + " ]" * 2000 + " OPTIONAL { " + ALL + " } }",
    "random of a product": f"SELECT (RAND() AS ?x) {{ {ALL} }} ORDER BY ?x",
    "uuid of a product": f"SELECT (SAMPLE(STRUUID()) AS ?x) (COUNT(DISTINCT UUID()) AS ?n) {{ {ALL} }}",
    "blank node of each row": f"SELECT (BNODE() AS ?x) {{ {ALL} }} ORDER BY ?x",
    "cast of a product": f"SELECT (COUNT(<http://www.w3.org/2001/XMLSchema#integer>(STR(?c))) AS ?n) {{ {ALL} }}",
    "in of 8,000": f"SELECT * {{ {ALL} FILTER(?c IN ({', '.join(map(str, range(8000)))})) FILTER(?a != ?a) }}",
    "substrings": f"SELECT (COUNT(DISTINCT SUBSTR(CONCAT(STR(?a), STR(?d)), 3)) AS ?n) {{ {ALL} }}",
}
