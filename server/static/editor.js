// Colours, completion and prefixes over the plain form, which works the same without this.
// The editor's own completers ask other hosts; ours know what is in this site.
(() => {
  "use strict";
  const area = document.getElementById("query");
  if (!area) return;
  const { script, style } = document.currentScript.dataset;
  const form = area.form;

  // Half a megabyte, which a phone takes seconds to read: it is fetched there once somebody is about to write.
  const later = window.matchMedia("(pointer: coarse)").matches && !form.dataset.line && document.activeElement !== area;
  if (later) area.addEventListener("focus", load, { once: true });
  else load();

  function load() {
    const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", href: style });
    const code = Object.assign(document.createElement("script"), { src: script });
    const came = [sheet, code].map((part) => new Promise((done, failed) => { part.onload = done; part.onerror = failed; }));
    document.getElementById("editor-style").before(sheet); // so that ours has the last word
    document.head.append(code);
    Promise.all(came).then(begin, () => {}); // without it, the plain form is all there is
  }

  function begin() {
    if (!window.Yasqe) return;
    const writing = document.activeElement === area, cursor = area.selectionEnd;
    const prefixes = JSON.parse(form.dataset.prefixes);
    const terms = fetch(form.dataset.terms).then((answer) => (answer.ok ? answer.json() : {})).catch(() => ({}));
    const ours = (name, like, get) => {
      window.Yasqe.forkAutocompleter(like, { name, bulk: true, persistenceId: null, get });
      return name;
    };
    const place = document.createElement("div");
    place.className = "editor";
    area.before(place);
    const editor = new window.Yasqe(place, {
      value: area.value,
      persistenceId: null,
      showQueryButton: false,
      createShareableLink: null,
      consumeShareLink: null, // the form has what the address asks, and what was typed since
      resizeable: false,
      editorHeight: "auto", // and long lines wrap: nothing to scroll that a keyboard could not reach
      lineWrapping: true,
      viewportMargin: Infinity,
      prefixCcApi: "",
      autocompleters: [
        ours("site-prefixes", "prefixes", () => Object.entries(prefixes).map(([name, base]) => `${name}: <${base}>`).sort()),
        ours("site-classes", "class", () => terms.then((found) => found.classes || [])),
        ours("site-properties", "property", () => terms.then((found) => found.properties || [])),
        "variables",
      ],
      extraKeys: {
        "Ctrl-Enter": () => form.requestSubmit(),
        "Cmd-Enter": () => form.requestSubmit(),
        // Tab leaves the editor, as everywhere else: a keyboard must not be caught in it (WCAG 2.1.2)
        Tab: false,
        "Shift-Tab": false,
      },
    });
    // Its own completer of prefixes listens twice, and would declare each prefix twice.
    const declare = editor.addPrefixes.bind(editor);
    editor.addPrefixes = (given) => {
      const name = typeof given === "string" ? given.split(":")[0] : "";
      if (!(name in editor.getPrefixesFromQuery())) declare(given);
    };
    area.hidden = true;
    const input = editor.getInputField();
    input.setAttribute("aria-label", form.querySelector("label[for=query]").textContent);
    form.addEventListener("submit", () => { area.value = editor.getValue(); });
    form.querySelector("label[for=query]").addEventListener("click", () => editor.focus());
    form.querySelector(".keys").hidden = false;
    if (writing) {
      const before = area.value.slice(0, cursor).split("\n");
      editor.setCursor({ line: before.length - 1, ch: before.at(-1).length });
      editor.focus();
    }
    if (form.dataset.line) showFault(Number(form.dataset.line) - 1, Number(form.dataset.column) - 1);

    // Where the server could not read the query: the line, what follows on it, and a link that puts the cursor there.
    function showFault(line, column) {
      const length = (editor.getLine(line) || "").length;
      const from = { line, ch: Math.min(column, Math.max(0, length - 1)) };
      editor.addLineClass(line, "background", "faulty");
      const mark = editor.markText(from, { line, ch: length }, { className: "fault-text" });
      document.querySelector("a.fault").addEventListener("click", (event) => {
        event.preventDefault();
        editor.setCursor({ line, ch: column });
        editor.focus();
      });
      // What is mended is not marked any longer.
      editor.on("change", () => { editor.removeLineClass(line, "background", "faulty"); mark.clear(); });
    }
  }
})();
