"""Queries that mean harm: each wants all the time, all the memory, all the stack or all the disk there is.

They stand by how they may end. Any of them may also be out of time, or be told that there is no time for it.
"""

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
CLAIM = "<https://w3id.org/khronika/ns#Claim>"
WORDS = "SELECT (STR(?o) AS ?w) { ?s ?p ?o FILTER(isLiteral(?o)) } ORDER BY STR(?o)"
A_HUNDRED = (
    "{ SELECT ?s { ?s a ?c } ORDER BY STR(?s) LIMIT 100 } "
    "{ SELECT ?p ?o { ?t a ?o ; ?p ?o } ORDER BY STR(?t) STR(?p) STR(?o) LIMIT 100 }"
)
FEW_VALUES = " ".join(f"VALUES ?v{n} {{ {' '.join(map(str, range(20)))} }}" for n in range(3))
FEW_UNIONS = " UNION ".join("{ ?s a ?class }" for _ in range(20))
FEW_DOUBLINGS = " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(19))
SIGNS = (
    r""" "" " a " "a\tb" "a\nb" "a\r\nb\r" "\"'" "<&>]]>" ",;" "\\" "{}" "=1+1" "\u00A0" "\u2028" "я"@ru """
    r""" "\U0001F54A" "x"@en-GB "<b>"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#HTML> 1.0 true <x:a> """
    r""" <https://x.example/%20?q=1&r=2#f> """
)

# Nothing of these can be told before all is counted: they end when their time does.
ENDLESS: dict[str, str] = {
    "product counted": f"SELECT (COUNT(*) AS ?n) {{ {ALL} }}",
    "product having": f"SELECT ?a (COUNT(*) AS ?n) {{ {ALL} }} GROUP BY ?a HAVING(COUNT(*) < 0)",
    "product filtered to nothing": f"SELECT * {{ {ALL} FILTER(STR(?a) = CONCAT(STR(?d), STR(?g), STR(?j))) }}",
    "product with offset": f"SELECT * {{ {ALL} }} OFFSET 100000000000",
    "product sampled": f"SELECT (SAMPLE(?l) AS ?x) (SUM(?c) AS ?y) {{ {ALL} }}",
    "product summed": f"SELECT (AVG(?c) AS ?x) (MIN(?f) AS ?y) (MAX(?i) AS ?z) {{ {ALL} }}",
    "product of graphs counted": f"SELECT (COUNT(*) AS ?n) {{ {GRAPHS} }}",
    "product of values counted": f"SELECT (COUNT(*) AS ?n) {{ {VALUES} }}",
    "lateral product": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c LATERAL { ?d ?e ?f LATERAL { ?g ?h ?i } } }",
    "inequality join": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(?a != ?d) ?g ?h ?i FILTER(?i > ?c) }",
    "star of 200": f"SELECT (COUNT(*) AS ?n) {{ {STAR} }}",
    "chain of 60": f"SELECT (COUNT(*) AS ?n) {{ {CHAIN} . {ALL} }}",
    "path counted": "SELECT (COUNT(*) AS ?n) { ?s (<x:a>|!<x:a>)* ?o . ?t (<x:a>|!<x:a>)+ ?u . ?v !<x:a>* ?w }",
    "path inverse": "SELECT (COUNT(*) AS ?n) { ?s (!<x:a>/^!<x:b>)+ ?o . ?o (!<x:a>/^!<x:b>)+ ?x }",
    "path nested": "SELECT (COUNT(*) AS ?n) { ?s ((!<x:a>*)/(^!<x:b>*))* ?o . ?t ((!<x:a>*)/(!<x:b>*))* ?u }",
    "path long": "SELECT (COUNT(*) AS ?n) { ?s " + "/".join(["(!<x:a>|^!<x:b>)"] * 60) + " ?o }",
    "regex on a product": f"SELECT (COUNT(*) AS ?n) {{ {ALL} FILTER REGEX(CONCAT(STR(?a), STR(?f)), '(.*)(.*)x$') }}",
    "hashes of a product": f"SELECT (COUNT(?x) AS ?n) {{ {ALL} BIND(SHA512(CONCAT(STR(?a), STR(?f))) AS ?x) }}",
    "encoding of a product": f"SELECT (SUM(STRLEN(ENCODE_FOR_URI(CONCAT(STR(?a), STR(?f))))) AS ?n) {{ {ALL} }}",
    "optionals of 12": f"SELECT (COUNT(*) AS ?n) {{ {OPTIONALS} }}",
    "not exists 896 deep": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o " + "FILTER NOT EXISTS { ?x ?y ?z " * 896 + "}" * 897,
    "cast of a product": f"SELECT (COUNT(<http://www.w3.org/2001/XMLSchema#integer>(STR(?c))) AS ?n) {{ {ALL} }}",
    "in of 8,000": f"SELECT * {{ {ALL} FILTER(?c IN ({', '.join(map(str, range(8000)))})) FILTER(?a != ?a) }}",
}

# These are out of memory, or longer than an answer may be, or out of time, whichever comes first.
GREEDY: dict[str, str] = {
    "product": f"SELECT * {{ {ALL} }}",
    "product distinct": f"SELECT DISTINCT ?a ?d ?g {{ {ALL} }}",
    "product sorted": f"SELECT * {{ {ALL} }} ORDER BY ?c ?f ?i",
    "product sorted descending": f"SELECT * {{ {ALL} }} ORDER BY DESC(STR(?c)) LIMIT 1",
    "product grouped": f"SELECT ?a (COUNT(*) AS ?n) {{ {ALL} }} GROUP BY ?a",
    "product grouped by all": f"SELECT ?a ?d ?g (COUNT(*) AS ?n) {{ {ALL} }} GROUP BY ?a ?d ?g",
    "product concatenated": f"SELECT (GROUP_CONCAT(?c) AS ?x) {{ {ALL} }}",
    "product counted distinct": f"SELECT (COUNT(DISTINCT CONCAT(STR(?a), STR(?d), STR(?g))) AS ?n) {{ {ALL} }}",
    "product in a graph": f"SELECT * {{ {GRAPHS} }}",
    "product constructed": f"CONSTRUCT {{ ?a ?e ?i . ?d ?h ?l . ?g ?b ?c }} {{ {ALL} }}",
    "product described": f"DESCRIBE * {{ {ALL} }}",
    "product with union": f"SELECT * {{ {{ {ALL} }} UNION {{ {ALL} }} }}",
    "product minus": f"SELECT (COUNT(*) AS ?n) {{ {ALL} MINUS {{ ?a ?x ?y . ?z ?w ?v }} }}",
    "product of subqueries": "SELECT * { { SELECT ?a {?a ?b ?c} } { SELECT ?d {?d ?e ?f} } { SELECT ?g {?g ?h ?i} } }",
    "product of values": f"SELECT * {{ {VALUES} }}",
    "product of values sorted": f"SELECT * {{ {VALUES} }} ORDER BY ?v7 ?v6",
    "exists over a product": f"SELECT * {{ ?s ?p ?o FILTER EXISTS {{ {ALL} FILTER(?a = ?l && ?d != ?d) }} }}",
    "not exists over a product": f"SELECT * {{ ?s ?p ?o FILTER NOT EXISTS {{ {ALL} FILTER(?a != ?a) }} }}",
    "star of 200 listed": f"SELECT * {{ ?s <https://example.org/id/value> ?v . {STAR} . ?x ?y ?z . ?u ?w ?q }}",
    "path of everything": "SELECT * { ?s (<x:a>|!<x:a>)* ?o . ?t (<x:a>|!<x:a>)* ?u . ?v (<x:b>|!<x:b>)* ?w }",
    "path deep": "SELECT * { ?s " + "(" * 500 + "<x:a>" + ")*" * 500 + " ?o }",
    "concat doubling": f"SELECT (STRLEN(?x40) AS ?n) {{ {DOUBLING} }}",
    "concat doubling listed": f"SELECT * {{ {DOUBLING} }}",
    "replace growing": f"SELECT (STRLEN(?z) AS ?n) {{ {GROWING} }}",
    "unions of 400": f"SELECT * {{ {UNIONS} {UNIONS} ?x ?y ?z }}",
    "optionals sorted": f"SELECT * {{ {OPTIONALS} }} ORDER BY ?c11",
    "minus of a product": f"SELECT * {{ ?s ?p ?o MINUS {{ {ALL} FILTER(?a != ?a) }} ?x ?y ?z . ?u ?v ?w }}",
    "braces 2,304 deep": "SELECT * { " + "{" * 2304 + ALL + "}" * 2304 + " }",
    "braces 30,000 deep": "SELECT * { " + "{" * 30_000 + ALL + "}" * 30_000 + " }",
    "exists 896 deep": "SELECT * { ?s ?p ?o " + "FILTER EXISTS { ?s ?p ?o " * 896 + "}" * 896 + " " + ALL + " }",
    "parentheses 20,000 deep": "SELECT (" + "(" * 20_000 + "1" + ")" * 20_000 + " AS ?x) { " + ALL + " }",
    "subqueries 800 deep": "SELECT * { " + "{ SELECT * { " * 800 + ALL + "} }" * 800 + " }",
    "optional 1,000 deep": "SELECT * { " + "?s ?p ?o OPTIONAL { " * 1000 + "?s ?p ?o" + " }" * 1000 + " " + ALL + " }",
    "if 3,000 deep": "SELECT (" + "IF(true, " * 3000 + "1" + ", 0)" * 3000 + " AS ?x) { " + ALL + " }",
    "sum of 10,000 terms": "SELECT (" + "1 + " * 10_000 + "1 AS ?x) { " + ALL + " }",
    "lists 2,000 deep": "SELECT * { ?s ?p " + "(" * 2000 + "1" + ")" * 2000 + " . " + ALL + " }",
    "blank nodes 2,000 deep": "SELECT * { ?s ?p " + "[ ?q " * 2000 + "1" + " ]" * 2000 + " OPTIONAL { " + ALL + " } }",
    "random of a product": f"SELECT (RAND() AS ?x) {{ {ALL} }} ORDER BY ?x",
    "uuid of a product": f"SELECT (SAMPLE(STRUUID()) AS ?x) (COUNT(DISTINCT UUID()) AS ?n) {{ {ALL} }}",
    "blank node of each row": f"SELECT (BNODE() AS ?x) {{ {ALL} }} ORDER BY ?x",
    "substrings": f"SELECT (COUNT(DISTINCT SUBSTR(CONCAT(STR(?a), STR(?d)), 3)) AS ?n) {{ {ALL} }}",
}

# These look as bad and have an answer, which is whole and right or is not given.
ANSWERED: dict[str, str] = {
    "product asked": f"ASK {{ {ALL} FILTER(?a != ?a) }}",
    "regex of size": "SELECT (REGEX('a', '((a{1,100}){1,100}){1,100}') AS ?x) { " + ALL + " FILTER(?a != ?a) }",
    "negations 20,000 deep": "ASK { FILTER(" + "!" * 20_000 + "true) " + ALL + " FILTER(?a != ?a) }",
    "or of 1,000 terms": "SELECT * { " + ALL + " FILTER(" + " || ".join(["?a = ?d"] * 1000) + ") FILTER(?a != ?a) }",
    "everything": "SELECT * { ?s ?p ?o }",
    "everything in its graph": "SELECT * { GRAPH ?g { ?s ?p ?o } }",
    "all types in order": "SELECT * { ?s a ?c } ORDER BY STR(?c) DESC(STR(?s))",
    "everything in one value": f"SELECT (GROUP_CONCAT(?w) AS ?all) {{ {{ {WORDS} }} }}",
    "everything rebuilt": "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }",
    "everything turned around": "CONSTRUCT { ?o <x:from> ?s } { ?s ?p ?o FILTER(isIRI(?o)) }",
    "everything described": "DESCRIBE * { ?s ?p ?o FILTER(isIRI(?o)) }",
    "a hundred by a hundred": f"SELECT * {{ {A_HUNDRED} }}",
    "a hundred by a hundred rebuilt": f"CONSTRUCT {{ ?s ?p ?o }} {{ {A_HUNDRED} }}",
    "values by values": f"SELECT * {{ {FEW_VALUES} }}",
    "values by values counted": f"SELECT ?v0 (COUNT(*) AS ?n) {{ {FEW_VALUES} }} GROUP BY ?v0",
    "pairs of properties": "SELECT ?p ?q (COUNT(*) AS ?n) { ?s ?p ?o . ?s ?q ?r } GROUP BY ?p ?q",
    "all that a thing leads to": f"SELECT ?o {{ {CLAIM} (!<x:a>)* ?o }}",
    "unions of 20": f"SELECT * {{ {FEW_UNIONS} }}",
    "optional 30 deep": f"SELECT * {{ VALUES ?s {{ {CLAIM} }} " + "OPTIONAL { ?s a ?c " * 30 + "}" * 31,
    "not exists 40 deep": f"SELECT ?p {{ {CLAIM} ?p ?o " + f"FILTER NOT EXISTS {{ {CLAIM} a ?c " * 40 + "}" * 41,
    "five megabytes in a value": f"SELECT ?x19 {{ BIND('0123456789' AS ?x0) {FEW_DOUBLINGS} }}",
    "signs that formats mind": f"SELECT ?x (LANG(?x) AS ?y) {{ VALUES ?x {{ {SIGNS} }} }}",
    "signs that formats mind, said": f"CONSTRUCT {{ <x:s> <x:p> ?x }} {{ VALUES ?x {{ {SIGNS} }} }}",
    "names that formats mind": "SELECT ?ключ ?été ?_1 { VALUES (?ключ ?été) { (1 UNDEF) (UNDEF <x:é>) } }",
    "numbers of every kind": "SELECT (1/3 AS ?a) (1e308*10 AS ?b) (0/0 AS ?c) (-0.0e0 AS ?d) (1.10 AS ?e) {}",
    "no columns": "SELECT * {}",
    "no rows": "SELECT * { ?s <x:none> ?o }",
    "no statements": "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o FILTER(false) }",
    "yes": "ASK { ?s ?p ?o }",
}

# These have an answer that some formats cannot hold, which are named: there it is said, and nothing is written.
UNSAYABLE: dict[str, tuple[str, set[str]]] = {
    "a control character": (r"SELECT ('a\u0001b' AS ?x) {}", {"xml"}),
    "a control character said": (r"CONSTRUCT { <x:s> <x:p> '\u0007' } {}", {"rdf-xml"}),
    "no character": (r"SELECT ('\uFFFF' AS ?x) {}", {"xml"}),
    "a property without a name": ("CONSTRUCT { <x:s> <http://x.example/1> 1 } {}", {"rdf-xml"}),
    "statements about statements": ("CONSTRUCT { <x:s> <x:p> <<( ?s ?p ?o )>> } { ?s a ?p, ?o }", {"json-ld"}),
}
SHAPES = ENDLESS | GREEDY | ANSWERED
