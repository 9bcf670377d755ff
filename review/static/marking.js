// Text that is marked on a page becomes a field of the form beside it.
"use strict";
window.Materiel = (() => {
  const holder = document.getElementById("panel");
  const said = document.getElementById("said");
  const use = document.getElementById("use");

  function say(text, bad = false) {
    said.textContent = text;
    said.classList.toggle("bad", bad);
  }

  async function ask(path, options = {}) {
    const answer = await fetch(path, {
      credentials: "same-origin",
      ...options,
      headers: { accept: "application/json", ...(options.headers || {}) },
    });
    const told = await answer.json();
    if (!answer.ok) {
      const error = new Error(told.error || answer.statusText);
      error.status = answer.status;
      throw error;
    }
    return told;
  }

  function edited(field) {
    const select = field.querySelector("select.said");
    if (select && (select.value === "" || select.value === "not_stated")) select.value = "corrected";
    field.classList.add("edited");
  }

  // Offsets are code points of the page's text: those of the piece and of what stands before in it.
  function offsetOf(node, offset) {
    const piece = (node.nodeType === 1 ? node : node.parentElement).closest("[data-s]");
    if (!piece) return null;
    const before = document.createRange();
    before.setStart(piece, 0);
    before.setEnd(node, offset);
    return Number(piece.dataset.s) + [...before.toString()].length;
  }

  function sheetOf(node) {
    const element = node.nodeType === 1 ? node : node.parentElement;
    return element && element.closest(".sheet");
  }

  // A selection that ends between two words ends behind the last word that it covers.
  function marked() {
    const selection = document.getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    const sheet = sheetOf(range.startContainer);
    if (!sheet || !holder.contains(sheet)) return null;
    const pieces = [...sheet.querySelectorAll("[data-s]")].filter((one) => range.intersectsNode(one));
    if (pieces.length === 0) return null;
    const last = pieces[pieces.length - 1];
    const start = offsetOf(range.startContainer, range.startOffset) ?? Number(pieces[0].dataset.s);
    let end = last.contains(range.endContainer) ? offsetOf(range.endContainer, range.endOffset) : null;
    end = end ?? Number(last.dataset.s) + [...last.textContent].length;
    return end > start ? { page: sheet.dataset.page, sha256: sheet.dataset.sha256, start, end } : null;
  }

  async function fill(name) {
    const span = marked();
    const field = holder.querySelector(`.field[data-field="${name}"]`);
    if (!span || !field) return;
    try {
      const told = await ask(`/review/text/${span.sha256}/${span.page}?start=${span.start}&end=${span.end}`);
      const { columns, ...marks } = told;
      field.querySelector(`[name="span.${name}"]`).value = JSON.stringify(marks);
      for (const [column, value] of Object.entries(columns[name] || {})) {
        const input = field.querySelector(`[name="f.${column}"]`);
        if (input) input.value = value ?? "";
      }
      field.querySelector(".why").textContent = `“${told.raw}” p. ${told.page} · marked by you`;
      edited(field);
      say(`${name}: ${told.raw}`);
      document.getSelection().removeAllRanges();
      use.hidden = true;
    } catch (error) {
      say(error.message, true);
    }
  }

  document.addEventListener("selectionchange", () => {
    use.hidden = !holder.querySelector("form.entry .field") || marked() === null;
  });
  use.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the selection
  use.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) fill(button.dataset.field);
  });
  return { ask, edited, say, use };
})();
