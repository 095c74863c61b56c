/* Suggests names as one types: arrows choose, Enter opens. Without it the form is sent, and the page of results names
   what begins so. A list of our own, since a datalist hides what is spelt otherwise than what was typed. */
"use strict";

const WAIT = 150; // milliseconds; the pause between two letters of who types fast

for (const input of document.querySelectorAll("input[data-suggest]")) {
  const answers = new URL(input.dataset.suggest, document.baseURI);
  const list = document.createElement("ul");
  let waiting = 0;
  let asking = new AbortController();

  list.id = "begun";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.dataset.suggested);
  input.after(list);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", list.id]])
    input.setAttribute(name, value);
  close();

  function close() {
    clearTimeout(waiting);
    asking.abort();
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function show(suggestions) {
    list.replaceChildren(...suggestions.map(option));
    list.hidden = !suggestions.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    input.removeAttribute("aria-activedescendant");
  }

  function option({ label, lang, kind, url }, number) {
    const item = document.createElement("li");
    const [name, what] = [document.createElement("span"), document.createElement("span")];
    item.id = `begun-${number}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.dataset.url = url;
    name.lang = lang;
    name.textContent = label;
    what.className = "soft";
    what.textContent = kind;
    item.append(name, " ", what);
    return item;
  }

  async function suggest() {
    asking.abort();
    asking = new AbortController();
    answers.searchParams.set("q", input.value);
    try {
      const answer = await fetch(answers, { signal: asking.signal, headers: { Accept: "application/json" } });
      if (answer.ok) show((await answer.json()).suggestions);
    } catch (error) {
      if (error.name !== "AbortError") close(); // no suggestions is no harm
    }
  }

  function choose(item) {
    for (const each of list.children) each.setAttribute("aria-selected", String(each === item));
    if (!item) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", item.id);
    item.scrollIntoView({ block: "nearest" });
  }

  function open(item) {
    close();
    if (item.dataset.url) location.assign(new URL(item.dataset.url, answers));
  }

  input.addEventListener("input", () => {
    close();
    if (input.value.trim().length > 1 && input.value.length <= input.maxLength) waiting = setTimeout(suggest, WAIT);
  });
  input.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing) return;
    const items = [...list.children];
    const chosen = items.findIndex((item) => item.getAttribute("aria-selected") === "true");
    // One place more than there are names: what was typed, which Enter sends.
    const places = { ArrowDown: chosen + 1, ArrowUp: (chosen < 0 ? items.length : chosen) - 1 };
    if (event.key in places) choose(items[places[event.key]]);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && chosen >= 0) open(items[chosen]);
    else return;
    event.preventDefault();
  });
  input.addEventListener("blur", close);
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the box keeps the focus
  list.addEventListener("click", (event) => {
    const item = event.target.closest("li");
    if (item) open(item);
  });
}
