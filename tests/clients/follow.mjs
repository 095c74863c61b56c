// Asks a query with Comunica's link traversal as it comes from npm, beginning at one address, and prints a row as JSON a
// line, then the addresses it read: {"read": […]}.
//   node follow.mjs QUERY SEED BASE SERVER
// BASE is the site's own address in the data; it is fetched from SERVER, as its name would lead there. Nobody else is
// asked: whatever else the data leads to answers 404, which `lenient` takes for what it is.
import { QueryEngine } from "@comunica/query-sparql-link-traversal";

const [query, seed, base, server] = process.argv.slice(2);
const read = new Set();

async function near(input, init) {
  const url = input instanceof Request ? input.url : String(input);
  if (!url.startsWith(base)) return new Response("not in this test", { status: 404 });
  const answer = await fetch(server + url.slice(base.length), { ...init, redirect: "manual" });
  if (answer.status === 303) return near(new URL(answer.headers.get("location"), url).href.replace(server, base), init);
  if (answer.ok) read.add(url);
  Object.defineProperty(answer, "url", { value: url });
  return answer;
}

const context = { sources: [seed], fetch: near, lenient: true };
for await (const row of await new QueryEngine().queryBindings(query, context)) {
  console.log(JSON.stringify(Object.fromEntries([...row].map(([name, term]) => [name.value, term.value]))));
}
console.log(JSON.stringify({ read: [...read].sort() }));
