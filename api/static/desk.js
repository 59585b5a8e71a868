// Keys for people who work here all day. Everything they do is a link, a field or a button of the page: without this
// file, or with the keys turned off, the same pages do the same by pointer, tab and Enter.
"use strict";

(() => {
  const OFF = "keys-off"; // remembered by this browser alone
  const WAITS = 1200; // milliseconds between `g` and the letter that says where to
  const one = (what, within = document) => within.querySelector(what);
  const all = (what, within = document) => [...within.querySelectorAll(what)];
  const seen = (element) => element.getClientRects().length > 0;

  const remembered = () => { try { return localStorage.getItem(OFF) === "yes"; } catch { return false; } };
  const remember = (off) => { try { localStorage.setItem(OFF, off ? "yes" : "no"); } catch { /* this page alone */ } };
  let off = remembered();
  let going = 0; // until when a letter is a place

  const writes = (at) => at.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");

  // Rows: what `j` and `k` walk along is the first link of each.
  const rows = () => all("main table.cases tbody tr, main [data-rows] > li").filter(seen);
  const link = (row) => one("a.row, th a, a", row);
  const here = () => document.activeElement.closest("main table.cases tbody tr, main [data-rows] > li");
  const walk = (by) => {
    const found = rows();
    if (!found.length) return;
    const at = found.indexOf(here());
    const next = found[at < 0 ? (by > 0 ? 0 : found.length - 1) : Math.min(found.length - 1, Math.max(0, at + by))];
    link(next)?.focus();
    next.scrollIntoView({ block: "nearest" });
  };
  const tick = () => {
    const box = here() && one("input[type=checkbox]", here());
    if (!box) return;
    box.click();
  };

  const show = (id) => {
    const dialog = document.getElementById(id);
    if (!dialog || dialog.open) return;
    dialog.showModal();
    one("input[type=search]", dialog)?.select();
  };
  const actions = () => {
    const more = one("details.more");
    if (!more) return;
    more.open = true;
    (one(".groups a", more) ?? one("summary", more)).focus();
  };
  const search = () => {
    const field = one("#search");
    if (field) { field.focus(); field.select(); }
  };

  const does = { j: () => walk(1), k: () => walk(-1), x: tick, a: actions, "/": search, "?": () => show("keys") };

  document.addEventListener("keydown", (event) => {
    const finds = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k";
    if (finds && document.getElementById("finder")) {
      event.preventDefault();
      show("finder");
      return;
    }
    if (off || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || one("dialog[open]") || writes(event.target)) return;
    if (going > Date.now()) {
      going = 0;
      const place = one(`header nav a[data-key="${CSS.escape(event.key)}"]`);
      if (place) { event.preventDefault(); place.click(); }
      return;
    }
    if (event.key === "g") { going = Date.now() + WAITS; return; }
    const act = does[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  // In a list of results, arrows walk from the field along the links and back.
  document.addEventListener("keydown", (event) => {
    const dialog = event.target.closest?.("#finder");
    if (!dialog || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
    const stops = [one("input[type=search]", dialog), ...all("a", dialog)];
    const next = stops[stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1)];
    if (next) { event.preventDefault(); next.focus(); }
  });

  // What is listened to on the document works for what is put into the page later, too.
  document.documentElement.classList.add("scripted");
  document.addEventListener("click", (event) => {
    const opener = event.target.closest?.("[data-opens]");
    if (opener && document.getElementById(opener.dataset.opens)) { event.preventDefault(); show(opener.dataset.opens); }
  });
  document.addEventListener("change", ({ target }) => {
    if (target.matches("[data-keys-off]")) {
      off = target.checked;
      remember(off);
      document.body.classList.toggle("no-keys", off);
    }
    // Every row of the page at once.
    if (target.matches("[data-ticks]")) {
      for (const box of all(`input[type=checkbox][name="${CSS.escape(target.dataset.ticks)}"]`)) box.checked = target.checked;
    }
  });
  for (const box of all("[data-keys-off]")) box.checked = off;
  document.body.classList.toggle("no-keys", off);

  // Undo is offered for as long as it is taken.
  for (const form of all("form[data-for-seconds]")) setTimeout(() => form.remove(), 1000 * Number(form.dataset.forSeconds));
})();
