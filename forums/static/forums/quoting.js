// Answers a post with what was selected in it, or with a link to it alone.
//
//   <section data-module="forums/topic forums/quoting"> <li class="post" data-number="3">… <button data-link="quote">Quote</button>

import { replaceText } from "./toolbar.js";

const LONGEST = 2000;

// What is selected of this post's text.
function selectedIn(post) {
  const selection = getSelection();
  const body = post.querySelector('[data-part="body"]');
  if (selection.isCollapsed || !selection.rangeCount) return "";
  const range = selection.getRangeAt(0).cloneRange();
  if (!range.intersectsNode(body)) return "";
  if (!body.contains(range.startContainer)) range.setStart(body, 0);
  if (!body.contains(range.endContainer)) range.setEnd(body, body.childNodes.length);
  selection.removeAllRanges();
  selection.addRange(range);
  return selection.toString().trim().slice(0, LONGEST);
}

export function mount(section) {
  let kept = null; // the selection as it was before the button took the focus

  section.addEventListener("pointerdown", ({ target }) => {
    const button = target.closest('[data-link="quote"]');
    kept = button ? { button, text: selectedIn(button.closest(".post")) } : null;
  });
  section.addEventListener("click", ({ target }) => {
    const button = target.closest('[data-link="quote"]');
    const field = document.querySelector(".composer textarea[name=source]");
    if (!button || !field) return;
    const post = button.closest(".post");
    const { number } = post.dataset;
    const text = selectedIn(post) || (kept?.button === button ? kept.text : "");
    const name = post.querySelector(".byline-person").textContent.replace(/[[\]\\]/g, "");
    const source = `[${name}, #${number}](${section.dataset.url}?from=${number}#post-${number})`;
    const lines = text ? `${text.split("\n").map((line) => `> ${line}`.trimEnd()).join("\n")}\n>\n> ${source}\n\n` : `${source}: `;
    const end = field.value.length;
    const before = end && !field.value.endsWith("\n\n") ? (field.value.endsWith("\n") ? "\n" : "\n\n") : "";
    replaceText(field, end, end, before + lines, before.length + lines.length, before.length + lines.length);
    field.scrollTop = field.scrollHeight;
  });
}
