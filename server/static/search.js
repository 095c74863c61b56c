/* Suggests names as one types. Without it the form is sent and the page of results does the same. */
"use strict";

const WAIT = 150; // milliseconds; the pause between two letters of who types fast

for (const input of document.querySelectorAll("input[data-suggest]")) {
  let waiting = 0;
  let asking = new AbortController();

  async function suggest() {
    asking.abort();
    asking = new AbortController();
    const url = new URL(input.dataset.suggest, document.baseURI);
    url.searchParams.set("q", input.value);
    try {
      const answer = await fetch(url, { signal: asking.signal, headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const { suggestions } = await answer.json();
      input.list.replaceChildren(
        ...suggestions.map(({ label, lang, kind }) => {
          const option = document.createElement("option");
          option.value = label;
          option.lang = lang;
          option.label = `${label} · ${kind}`;
          return option;
        }),
      );
    } catch (error) {
      if (error.name !== "AbortError") input.list.replaceChildren(); // no suggestions is no harm
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(waiting);
    if (input.value.trim().length > 1 && input.value.length <= input.maxLength) waiting = setTimeout(suggest, WAIT);
  });
}
