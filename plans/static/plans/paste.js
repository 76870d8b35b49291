// Pasting into a section: what was formatted becomes Markdown, images go to be uploaded, plain text stays as it is (as it
// does with Ctrl+Shift+V, where the browser hands over nothing else).

import { bodyOf, isFormatted, markdownOf } from "./html_to_markdown.js";
import { EditorView, syntaxTree } from "../vendor/editor.js";

const imagesIn = (transfer) => [...(transfer?.files ?? [])].filter(({ type }) => type.startsWith("image/"));

// The Markdown of copied HTML; null where its plain text says as much.
function markdownIn(transfer) {
  const html = transfer.getData("text/html");
  // A code editor's colours are no formatting.
  if (!html || transfer.types.includes("vscode-editor-data")) return null;
  const body = bodyOf(html);
  return isFormatted(body) ? markdownOf(body) || null : null;
}

function isInCode(state) {
  for (let node = syntaxTree(state).resolveInner(state.selection.main.head); node; node = node.parent) {
    if (node.name === "FencedCode" || node.name === "CodeBlock") return true;
  }
  return false;
}

function insert(view, markdown) {
  const { state } = view;
  const { from } = state.selection.main;
  const line = state.doc.lineAt(from);
  const isBlock = /\n|^(?:#|[-*>|] |\d+\. )/.test(markdown);
  const before = isBlock && line.from < from && line.text.trim() ? "\n\n" : "";
  view.dispatch(state.update(state.replaceSelection(before + markdown), { scrollIntoView: true, userEvent: "input.paste" }));
}

/** The extension; `takeImages(files)` is given images that are pasted or dropped. */
export function pasting(takeImages) {
  return EditorView.domEventHandlers({
    paste(event, view) {
      const { clipboardData } = event;
      if (view.state.readOnly || !clipboardData) return false;
      const markdown = isInCode(view.state) ? null : markdownIn(clipboardData);
      const images = imagesIn(clipboardData);
      if (markdown !== null) insert(view, markdown);
      else if (images.length && !clipboardData.getData("text/plain")) takeImages(images);
      else return false;
      event.preventDefault();
      return true;
    },
    drop(event, view) {
      const images = imagesIn(event.dataTransfer);
      if (view.state.readOnly || !images.length) return false;
      const at = view.posAtCoords({ x: event.clientX, y: event.clientY });
      if (at !== null) view.dispatch({ selection: { anchor: at } });
      event.preventDefault();
      takeImages(images);
      return true;
    },
  });
}
