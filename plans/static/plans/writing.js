// One section's text in CodeMirror: as it will look or as it is written, the others' carets, an undo that takes back
// only what was typed here.

import { carets } from "./carets.js";
import { formattingKeymap } from "./formatting.js";
import { followableLinks } from "./links.js";
import { pasting } from "./paste.js";
import { slashMenu } from "./slash_menu.js";
import { visual } from "./visual.js";
import {
  Compartment,
  EditorState,
  EditorView,
  HighlightStyle,
  Prec,
  defaultKeymap,
  deleteMarkupBackward,
  drawSelection,
  highlightSpecialChars,
  keymap,
  insertNewlineContinueMarkupCommand,
  markdownLanguage,
  pasteURLAsLink,
  placeholder,
  syntaxHighlighting,
  tags,
  yCollab,
  yUndoManagerKeymap,
} from "../vendor/editor.js";

const highlighting = HighlightStyle.define([
  { tag: tags.heading, class: "md-heading" },
  { tag: tags.strong, class: "md-strong" },
  { tag: tags.emphasis, class: "md-emphasis" },
  { tag: tags.strikethrough, class: "md-struck" },
  { tag: [tags.link, tags.url], class: "md-link" },
  { tag: tags.monospace, class: "md-code" },
  { tag: tags.quote, class: "md-quote" },
  { tag: [tags.processingInstruction, tags.contentSeparator], class: "md-mark" },
]);

// Enter goes on with a list or a quote, and on an empty item leaves it; Backspace takes an item's sign away first.
const markupKeymap = [
  { key: "Enter", run: insertNewlineContinueMarkupCommand({ nonTightLists: false }) },
  { key: "Backspace", run: deleteMarkupBackward },
];

const access = new Compartment();
const look = new Compartment();

const accessOf = (isWritable) => [EditorState.readOnly.of(!isWritable), EditorView.editable.of(isWritable)];
const lookOf = (isVisual) => (isVisual ? visual : EditorView.editorAttributes.of({ class: "is-source" }));

/**
 * An editor of a Y.Text in `parent`: `{view, setWritable, setVisual, reveal, focus, destroy}`. `undoManager` belongs to
 * the text and outlives the editor; `nonce` is the page's, for the style sheet that CodeMirror adds; `describedBy` is
 * the id of the hint for the keyboard; `takeImages(files)` is given the images that are pasted or dropped.
 */
export function writingView({ parent, text, awareness, undoManager, nonce, label, hint, describedBy, isWritable, isVisual, takeImages }) {
  const extensions = [
    EditorView.cspNonce.of(nonce),
    // Lines end with a line feed and nothing else, so that CodeMirror counts as Yjs does whatever a client wrote.
    EditorState.lineSeparator.of("\n"),
    EditorView.clipboardInputFilter.of((pasted) => pasted.replace(/\r\n?/g, "\n")),
    yCollab(text, null, { undoManager }),
    look.of(lookOf(isVisual)),
    carets(text, awareness),
    pasting(takeImages),
    slashMenu,
    followableLinks,
    Prec.high(keymap.of([...formattingKeymap, ...yUndoManagerKeymap])),
    keymap.of([...markupKeymap, ...defaultKeymap]),
    markdownLanguage.extension,
    pasteURLAsLink,
    syntaxHighlighting(highlighting),
    highlightSpecialChars(),
    drawSelection(),
    placeholder(hint),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ "aria-label": label, "aria-describedby": describedBy, spellcheck: "true", autocapitalize: "sentences" }),
    access.of(accessOf(isWritable)),
  ];
  const view = new EditorView({ parent, state: EditorState.create({ doc: text.toString(), extensions }) });
  return {
    view,
    setWritable(mayWrite) {
      if (view.state.readOnly === mayWrite) view.dispatch({ effects: access.reconfigure(accessOf(mayWrite)) });
    },
    setVisual(wanted) {
      view.dispatch({ effects: look.reconfigure(lookOf(wanted)) });
    },
    reveal(index) {
      view.dispatch({ effects: EditorView.scrollIntoView(Math.min(index, view.state.doc.length), { y: "center" }) });
    },
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}
