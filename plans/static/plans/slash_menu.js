// The menu of blocks: "/" at the beginning of a line lists them, letters narrow the list, Enter takes one. The list, its
// keys and what a screen reader is told are CodeMirror's completion.

import { marks } from "./formatting.js";
import { EditorState, autocompletion } from "../vendor/editor.js";

const BEGUN = /^\s*\/(\p{L}*)$/u;

function blocks() {
  return [
    { label: gettext("Heading"), mark: marks.heading },
    { label: gettext("Subheading"), mark: marks.subheading },
    { label: gettext("List"), mark: marks.list },
    { label: gettext("Numbered list"), mark: marks.numbered },
    { label: gettext("Task list"), mark: marks.task },
    { label: gettext("Table"), mark: marks.table },
    { label: gettext("Quote"), mark: marks.quote },
    { label: gettext("Divider"), mark: marks.rule },
  ];
}

function blocksAt({ state, pos }) {
  const line = state.doc.lineAt(pos);
  if (!BEGUN.test(state.sliceDoc(line.from, pos))) return null;
  const slash = line.from + line.text.indexOf("/");
  const options = blocks().map(({ label, mark }, place) => ({
    label,
    boost: -place, // in this order, not by the alphabet
    apply(view, _chosen, _from, to) {
      view.dispatch({ changes: { from: slash, to }, userEvent: "delete" });
      mark(view);
    },
  }));
  return { from: slash + 1, options, validFor: /^\p{L}*$/u };
}

/** The extension; nothing but "/" opens the list. */
export const slashMenu = [
  autocompletion({ override: [blocksAt], icons: false, activateOnTypingDelay: 0, interactionDelay: 0, tooltipClass: () => "plan-blocks" }),
  EditorState.phrases.of({ Completions: gettext("Blocks to insert") }),
];
