// Asks a query of sources with Comunica as it comes from npm, and prints a row as JSON a line.
//   node ask.mjs QUERY SOURCE...
// A source is `sparql@URL`, or a URL whose kind Comunica finds out for itself. No other host is reached: the one context
// that pages name, schema.org's, is answered here with what it comes to for our pages.
import { QueryEngine } from "@comunica/query-sparql";

const SCHEMA = { "@context": { "@vocab": "https://schema.org/", id: "@id", type: "@type" } };

async function near(input, init) {
  const url = new URL(input instanceof Request ? input.url : String(input));
  if (url.hostname === "127.0.0.1") return fetch(input, init);
  if (url.hostname !== "schema.org") throw new Error(`asked another host: ${url}`);
  return new Response(JSON.stringify(SCHEMA), { headers: { "content-type": "application/ld+json" } });
}

const [query, ...given] = process.argv.slice(2);
const sources = given.map((source) => (source.startsWith("sparql@") ? { type: "sparql", value: source.slice(7) } : source));
// TriG keeps apart what each record says, as named graphs; asked as one, like the endpoint's default graph.
// Comunica asks an endpoint a dozen questions at once: told to try again, it waits as long as a 429 says.
const context = { sources, fetch: near, unionDefaultGraph: true };
const bindings = await new QueryEngine().queryBindings(query, context);
for await (const row of bindings) {
  console.log(JSON.stringify(Object.fromEntries([...row].map(([name, term]) => [name.value, term.value]))));
}
