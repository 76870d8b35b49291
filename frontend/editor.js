// The one bundle with Yjs and CodeMirror in it. Own modules import from here alone, so that a page has one Yjs.

export * as Y from "yjs";
export { IndexeddbPersistence } from "y-indexeddb";
export { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate, removeAwarenessStates } from "y-protocols/awareness";
export * as encoding from "lib0/encoding";
export * as decoding from "lib0/decoding";

export { autocompletion } from "@codemirror/autocomplete";
export { defaultKeymap } from "@codemirror/commands";
export { deleteMarkupBackward, insertNewlineContinueMarkupCommand, markdownLanguage, pasteURLAsLink } from "@codemirror/lang-markdown";
export { HighlightStyle, ensureSyntaxTree, syntaxHighlighting, syntaxTree } from "@codemirror/language";
export { Compartment, EditorSelection, EditorState, Prec, StateEffect, StateField } from "@codemirror/state";
export {
  Decoration,
  EditorView,
  ViewPlugin,
  WidgetType,
  drawSelection,
  highlightSpecialChars,
  keymap,
  placeholder,
} from "@codemirror/view";
export { tags } from "@lezer/highlight";
export { yCollab, yUndoManagerKeymap } from "y-codemirror.next";
