// Tools for Markdown, and a preview, on a form's text.
//
//   <form data-module="forums/toolbar" data-preview-url="/api/..."> <div data-part="writing">
//     <div data-part="tools" hidden> <button data-view="write|preview" aria-pressed> <div role="toolbar" data-part="toolbar">
//     <button data-tool="bold"> </div></div> <textarea name="source"></textarea> <div data-part="preview" hidden></div> </div></form>
//
// Ctrl+B, Ctrl+I and Ctrl+K work in the text; arrow keys move through the toolbar.

import { send } from "./http.js";

const AROUND = { bold: ["**", "**"], italic: ["*", "*"] };
const BEFORE = { list: () => "- ", numbers: (place) => `${place + 1}. `, quote: () => "> " };
const KEYS = { b: "bold", i: "italic", k: "link" };

// Replaces a stretch of the text as typing would, so that the browser can undo it.
export function replaceText(field, start, end, text, from, to) {
  field.focus();
  field.setSelectionRange(start, end);
  if (!document.execCommand("insertText", false, text)) field.setRangeText(text, start, end, "end");
  field.setSelectionRange(start + from, start + to);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function wrap(field, [open, close]) {
  const { selectionStart: start, selectionEnd: end, value } = field;
  const text = value.slice(start, end);
  const isWrapped = value.slice(start - open.length, start) === open && value.slice(end, end + close.length) === close;
  if (isWrapped) replaceText(field, start - open.length, end + close.length, text, 0, text.length);
  else replaceText(field, start, end, open + text + close, open.length, open.length + text.length);
}

function link(field) {
  const { selectionStart: start, selectionEnd: end, value } = field;
  const text = value.slice(start, end) || gettext("link text");
  const made = `[${text}](https://)`;
  replaceText(field, start, end, made, text.length + 3, made.length - 1);
}

function prefix(field, mark) {
  const { selectionStart, selectionEnd, value } = field;
  const start = value.lastIndexOf("\n", selectionStart - 1) + 1;
  const isEnd = value.indexOf("\n", selectionEnd);
  const end = isEnd < 0 ? value.length : isEnd;
  const lines = value.slice(start, end).split("\n");
  const isMarked = lines.every((line, place) => line.startsWith(mark(place)));
  const text = lines.map((line, place) => (isMarked ? line.slice(mark(place).length) : mark(place) + line)).join("\n");
  replaceText(field, start, end, text, text.length, text.length);
}

function use(form, field, tool) {
  if (tool === "image") form.querySelector('[data-part="image-input"]').click();
  else if (tool === "link") link(field);
  else if (AROUND[tool]) wrap(field, AROUND[tool]);
  else prefix(field, BEFORE[tool]);
}

export function mount(form) {
  const part = (name) => form.querySelector(`[data-part="${name}"]`);
  const field = form.elements.source;
  const holder = field.closest(".field") ?? field;
  const tools = [...part("toolbar").querySelectorAll("[data-tool]")];
  let shown = 0; // counts previews, so that a late answer does not replace a newer one

  // One stop of the Tab key for the whole toolbar.
  function goTo(tool) {
    for (const one of tools) one.tabIndex = one === tool ? 0 : -1;
  }

  async function show(view) {
    const isPreview = view === "preview";
    for (const tab of form.querySelectorAll("[data-view]")) tab.setAttribute("aria-pressed", String(tab.dataset.view === view));
    holder.hidden = isPreview;
    part("toolbar").hidden = isPreview;
    const preview = part("preview");
    preview.hidden = !isPreview;
    shown += 1;
    if (!isPreview) {
      field.focus();
      return;
    }
    const mine = shown;
    preview.textContent = gettext("Loading…");
    preview.setAttribute("aria-busy", "true");
    const sent = send("POST", form.dataset.previewUrl, { source: field.value });
    const { status, data } = await sent.catch(() => ({ status: 0, data: {} }));
    if (mine !== shown) return;
    preview.removeAttribute("aria-busy");
    if (status !== 200) preview.textContent = data.detail ?? gettext("The preview could not be fetched. Try again when the connection is back.");
    else if (data.html) preview.innerHTML = data.html;
    else preview.textContent = gettext("There is no text yet.");
    preview.focus({ preventScroll: true });
  }

  part("tools").hidden = false;
  goTo(tools[0]);
  for (const tab of form.querySelectorAll("[data-view]")) tab.addEventListener("click", () => show(tab.dataset.view));
  for (const tool of tools) {
    tool.addEventListener("click", () => {
      goTo(tool);
      use(form, field, tool.dataset.tool);
    });
  }
  part("toolbar").addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = tools.at((tools.indexOf(document.activeElement) + step) % tools.length);
    goTo(next);
    next.focus();
  });
  field.addEventListener("keydown", (event) => {
    const tool = KEYS[event.key.toLowerCase()];
    if (!tool || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    use(form, field, tool);
  });
  form.addEventListener("draft:sent", () => {
    if (!part("preview").hidden) show("write");
  });
}
