// The queue: keys, panels loaded ahead, decisions sent one after the other.
"use strict";
(() => {
  const holder = document.getElementById("panel");
  const { ask, edited, say, use } = window.Materiel;
  const help = document.getElementById("help");
  const token = document.body.dataset.token;
  const which = holder.dataset.which;
  const AHEAD = 3; // panels that wait behind the one that is shown
  const shown = []; // panels in the order in which they came: {key, html}
  const undoButton = document.getElementById("undo");
  const decisions = document.getElementById("latest");
  let at = -1;
  let after = holder.dataset.after || "";
  let ended = false;
  let loading = null;
  let zoom = Number(sessionStorage.getItem("zoom")) || 100;
  let sending = Promise.resolve();
  let unsent = 0;
  let decidedHere = 0;

  const first = holder.querySelector("article.panel");
  if (first) {
    shown.push({ key: first.dataset.key, html: first.outerHTML });
    at = 0;
    opened();
  }
  load();

  function load() {
    if (loading || ended || shown.length - at > AHEAD) return loading || Promise.resolve(true);
    const query = new URLSearchParams(holder.dataset.query);
    query.set("which", which);
    if (after) query.set("after", after);
    loading = ask(`/review/more?${query}`).then((told) => {
      loading = null;
      ended = told.panels.length === 0;
      for (const one of told.panels) {
        after = one.after;
        if (shown.some((other) => other.key === one.key)) continue;
        shown.push({ key: one.key, html: one.html });
        preload(one.html);
      }
      return true;
    }).catch((error) => {
      loading = null;
      say(`The next entries could not be loaded: ${error.message}`, true);
      return false;
    });
    return loading;
  }

  function preload(html) {
    const sketch = document.createElement("template");
    sketch.innerHTML = html;
    for (const image of sketch.content.querySelectorAll("image")) {
      new Image().src = image.getAttribute("href");
    }
  }

  function show(index) {
    at = index;
    holder.innerHTML = shown[at].html; // our own escaped fragment; the policy runs no script in it
    opened();
    load();
  }

  function opened() {
    document.getElementById("back").disabled = at <= 0;
    document.getElementById("place").textContent = String(at + 1);
    const main = holder.querySelector("article.panel");
    history.replaceState(null, "", `/review/entry/${main.dataset.key}?which=${which}${holder.dataset.query ? "&" + holder.dataset.query : ""}`);
    setZoom(zoom);
    use.hidden = true;
    bring(mainMark());
    // Whoever was at a button of the panel before, or nowhere, can scroll the page by the arrows.
    const lost = document.activeElement === document.body || !document.activeElement;
    const pages = holder.querySelector(".pages");
    if (lost && pages) pages.focus({ preventScroll: true });
  }

  function mainMark() {
    return holder.querySelector(".mark.focus, mark.focus, .mark-equipment, .mark-entry, .mark");
  }

  function bring(mark) {
    const pages = holder.querySelector(".pages");
    if (!mark || !pages) return;
    const box = mark.getBoundingClientRect();
    const frame = pages.getBoundingClientRect();
    pages.scrollTop += box.top - frame.top - frame.height / 3;
    if (pages.scrollWidth > pages.clientWidth) pages.scrollLeft += box.left - frame.left - frame.width / 3;
  }

  async function step(by) {
    if (at + by < 0) return;
    while (at + by >= shown.length) {
      if (ended) {
        finish();
        return;
      }
      if (!(await load())) return;
    }
    const next = shown[at + by];
    if (next.stale) await reshow(next.key).catch((error) => say(error.message, true));
    else show(at + by);
  }

  function finish() {
    holder.innerHTML = "";
    const box = document.createElement("section");
    box.className = "narrow";
    box.innerHTML = "<h1>Nothing more waits here</h1><p><a href='/review'>Look again from the beginning</a></p>";
    holder.append(box);
    at = shown.length;
    document.getElementById("back").disabled = shown.length === 0;
  }

  // A decision is sent while the next panel is already shown; decisions keep their order.
  function decide(verdict, extra = {}) {
    const form = holder.querySelector("form.entry:not(.blind)");
    const article = holder.querySelector("article.panel");
    if (!form || article.dataset.sent) return;
    article.dataset.sent = "1"; // until the next one is there, a second key decides nothing
    const body = new URLSearchParams(new FormData(form));
    body.set("verdict", verdict);
    for (const [name, value] of Object.entries(extra)) body.set(name, value);
    const key = article.dataset.key;
    unsent += 1;
    say(`${{ accept: "Accepting", reject: "Rejecting", skip: "Skipping", flag: "Flagging" }[verdict]} ${named(article)}…`);
    step(1);
    sending = sending.then(() => send(article, verdict, body)).finally(() => { unsent -= 1; });
  }

  async function send(article, verdict, body) {
    const { key, state: before } = article.dataset;
    try {
      const done = await ask(`/review/decide/${key}?which=${which}`, { method: "POST", body });
      const counts = which !== "second" && ["pending", "reopened"].includes(before) && !["skip", "flag"].includes(verdict);
      undoButton.disabled = false;
      const state = { skip: "skipped", flag: "flagged" }[verdict] || done.state;
      say(`${named(article)} ${state}.`);
      if (counts) count(1);
      forget(key);
    } catch (error) {
      if (error.status === 409) await reshow(key).catch(() => restore(article));
      else restore(article);
      say(error.status ? error.message : `${named(article)} is not saved, as the server does not answer. Decide again when it does.`, true);
    }
  }

  // What could not be saved comes back as it was filled in, so that nothing is typed twice.
  function restore(article) {
    const index = shown.findIndex((one) => one.key === article.dataset.key);
    if (index >= 0) at = index;
    delete article.dataset.sent;
    holder.replaceChildren(article);
    opened();
  }

  // What an entry is called in a sentence: its goods or who gets them, and its key.
  function named(article) {
    const goods = ["equipment", "recipient"].map((name) => article.querySelector(`[name="f.${name}"]`)?.value.trim());
    return [[...(goods.find(Boolean) || "")].slice(0, 60).join(""), article.dataset.key].filter(Boolean).join(" · ");
  }

  function count(by) {
    decidedHere += by;
    for (const [id, sign] of [["decided", by], ["left", -by]]) {
      const box = document.getElementById(id);
      box.textContent = String(Math.max(0, Number(box.textContent) + sign));
    }
    document.getElementById("progress").value += by;
    if (by > 0 && decidedHere % 20 === 0) say("Twenty decided. Would you look at one page without any entry? “Pages without entries”, above.");
  }

  // A panel that was decided on is asked for anew when one goes back to it.
  function forget(key) {
    const one = shown.find((other) => other.key === key);
    if (one) one.stale = true;
  }

  async function reshow(key) {
    const told = await ask(`/review/panel/${key}?which=${which}`);
    let index = shown.findIndex((one) => one.key === key);
    if (index < 0) {
      index = Math.max(0, Math.min(at, shown.length));
      shown.splice(index, 0, { key, html: told.html });
    }
    shown[index] = { key, html: told.html };
    show(index);
  }

  async function back() {
    await step(-1);
  }

  // The server knows what was decided last, in this window or in another one, before a reload too.
  async function latest() {
    const query = new URLSearchParams(holder.dataset.query);
    query.set("which", which);
    const told = await ask(`/review/latest?${query}`);
    decisions.querySelector("div").innerHTML = told.html; // our own escaped fragment
    undoButton.disabled = told.latest.length === 0;
    return told.latest;
  }

  function undo(chosen) {
    sending = sending.then(async () => {
      try {
        const last = chosen || (await latest())[0];
        if (!last) {
          say("Nothing of this sitting is left to take back, nor of the ones before; an entry's own page shows its history.");
          return;
        }
        const body = new URLSearchParams({ token, verdict: "undo", of: last.id, seen: "" });
        await ask(`/review/decide/${last.entry}?which=${which}`, { method: "POST", body });
        await reshow(last.entry);
        if (last.counts) count(-1);
        say(`Taken back: ${last.entry} waits again.`);
        await latest();
      } catch (error) {
        say(error.message, true);
      }
    });
  }

  function reasons(open) {
    const button = holder.querySelector("button.reject");
    if (!button) return;
    const wanted = open === undefined ? button.getAttribute("aria-expanded") !== "true" : open;
    button.setAttribute("aria-expanded", String(wanted));
    holder.querySelector(".reasons").classList.toggle("open", wanted);
    if (wanted) say("Why? A digit says it.");
  }

  function reject(number) {
    const button = holder.querySelectorAll(".reasons button")[number - 1];
    if (!button) return;
    const note = holder.querySelector("form.entry [name=note]");
    if (button.value === "other" && !note.value.trim()) {
      say("Say in the note why, then press Enter.");
      note.focus();
      return;
    }
    decide("reject", { reason: button.value });
  }

  function noted(note) {
    note.blur();
    const other = holder.querySelector(".reasons.open [value=other]");
    if (other && note.value.trim()) decide("reject", { reason: "other" });
  }

  function choose(number) {
    const own = document.activeElement.closest && document.activeElement.closest(".field");
    const fields = [own, ...holder.querySelectorAll(".field")].filter(Boolean);
    const field = fields.find((one) => one.querySelector(".choice"));
    const choice = field && field.querySelectorAll(".choice")[number - 1];
    if (choice) take(choice);
  }

  function take(choice) {
    const field = choice.closest(".field");
    for (const [name, value] of Object.entries(JSON.parse(choice.dataset.set))) {
      const input = field.querySelector(`[name="f.${name}"]`);
      if (input) input.value = value;
    }
    edited(field);
  }

  function resize(by) {
    setZoom(zoom + by);
    bring(mainMark());
  }

  function setZoom(size) {
    zoom = Math.min(400, Math.max(50, size));
    sessionStorage.setItem("zoom", String(zoom));
    for (const sheet of holder.querySelectorAll("svg.sheet")) sheet.style.width = `${zoom}%`;
    for (const sheet of holder.querySelectorAll(".written")) sheet.style.fontSize = `${zoom}%`;
  }

  holder.addEventListener("focusin", (event) => {
    const field = event.target.closest(".field");
    for (const mark of holder.querySelectorAll(".mark, mark")) {
      mark.classList.toggle("focus", Boolean(field) && mark.dataset.field === field.dataset.field);
    }
    if (field) bring(holder.querySelector(`.sheet [data-field="${field.dataset.field}"]`));
  });
  holder.addEventListener("input", (event) => {
    const field = event.target.closest(".field");
    if (field && !event.target.classList.contains("said")) edited(field);
  });
  holder.addEventListener("click", (event) => {
    const choice = event.target.closest(".choice");
    if (choice) take(choice);
    else if (event.target.closest("button.reject")) reasons();
  });
  holder.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.classList.contains("entry")) return;
    event.preventDefault();
    if (form.classList.contains("blind")) {
      try {
        const told = await ask(form.getAttribute("action"), { method: "POST", body: new URLSearchParams(new FormData(form)) });
        shown[at] = { key: told.key, html: told.html };
        show(at);
        say("Here is what the machine proposes.");
      } catch (error) {
        say(error.message, true);
      }
      return;
    }
    const button = event.submitter;
    if (button && button.name === "reason") decide("reject", { reason: button.value });
    else decide(button && button.name === "verdict" ? button.value : "accept");
  });

  window.addEventListener("beforeunload", (event) => {
    if (unsent > 0) event.preventDefault();
  });
  undoButton.addEventListener("click", () => undo());
  decisions.addEventListener("toggle", () => {
    if (decisions.open) latest().catch((error) => say(error.message, true));
  });
  decisions.addEventListener("submit", (event) => {
    event.preventDefault();
    const { entry, id, counts } = event.submitter.dataset;
    undo({ entry, id, counts: Boolean(counts) });
  });
  document.getElementById("back").addEventListener("click", back);
  document.getElementById("forward").addEventListener("click", () => step(1));
  document.getElementById("keys").addEventListener("click", () => help.showModal());
  for (const button of document.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", () => resize(button.dataset.zoom === "+" ? 25 : -25));
  }

  const KEYS = {
    a: () => decide("accept"),
    x: () => reasons(),
    e: () => { const input = holder.querySelector(".field .main, .blindfield select"); if (input) input.focus(); },
    " ": () => decide("skip"),
    f: () => decide("flag"),
    z: () => undo(),
    Backspace: () => undo(),
    j: () => step(1),
    ArrowRight: () => step(1),
    k: back,
    ArrowLeft: back,
    n: () => { const note = holder.querySelector("form.entry [name=note]"); if (note) note.focus(); },
    s: () => { const link = holder.querySelector("a.source"); if (link) link.click(); },
    "/": () => document.getElementById("search").focus(),
    "?": () => help.showModal(),
    "+": () => resize(25),
    "=": () => resize(25),
    "-": () => resize(-25),
  };

  const ONCE = new Set(["a", "x", " ", "f", "z", "Backspace"]); // not again while a key is held down

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const typing = event.target.closest("input, textarea, select");
    if (event.key === "Escape") {
      if (typing) typing.blur();
      reasons(false);
      return;
    }
    if (event.key === "Enter" && event.target.matches("form.entry [name=note]")) {
      event.preventDefault(); // a note alone decides nothing
      noted(event.target);
      return;
    }
    if (typing || help.open || (event.repeat && ONCE.has(event.key))) return;
    if (event.key === " " && event.target.closest("button, a, summary")) return; // presses it
    if (/^[1-9]$/.test(event.key)) {
      event.preventDefault();
      const open = holder.querySelector(".reasons.open");
      if (open) reject(Number(event.key));
      else choose(Number(event.key));
      return;
    }
    const action = KEYS[event.key];
    if (action) {
      event.preventDefault();
      action();
    }
  });
})();
