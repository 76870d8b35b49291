// Links in the text lead on: with Ctrl or Cmd and a click, and with a mere click where one only reads.

import { EditorView, syntaxTree } from "../vendor/editor.js";

const ADDRESS = /^(?:https?:\/\/|mailto:)\S+$/i;

// The address of the link at this place of the text; null where there is none that may be followed.
function addressAt(state, place) {
  for (let node = syntaxTree(state).resolveInner(place, 1); node; node = node.parent) {
    const url = node.name === "URL" ? node : ["Link", "Autolink", "Image"].includes(node.name) ? node.getChild("URL") : null;
    if (!url) continue;
    const address = state.sliceDoc(url.from, url.to);
    return ADDRESS.test(address) ? address : null;
  }
  return null;
}

/** The extension. */
export const followableLinks = EditorView.domEventHandlers({
  click(event, view) {
    const isWanted = event.ctrlKey || event.metaKey || view.state.readOnly;
    const place = isWanted && event.target.closest(".md-link, .md-elsewhere") ? view.posAtCoords({ x: event.clientX, y: event.clientY }) : null;
    const address = place === null ? null : addressAt(view.state, place);
    if (address === null) return false;
    event.preventDefault();
    open(address, "_blank", "noopener,noreferrer");
    return true;
  },
});
