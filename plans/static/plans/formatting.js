// What the toolbar and its keys do to the text: Markdown marks put around words and before lines, and taken away again.
// Each function takes a CodeMirror view, makes one change and says that it did (as CodeMirror's key bindings want it).

import { EditorSelection } from "../vendor/editor.js";

const STEP = "   "; // as wide as "1. ", so that it nests below either kind of list
const LIST_ITEM = /^ *(?:[-*+]|\d+[.)]) /;
const TASK = /^(\s*[-*+] \[)([ xX])\]/;
const LINE_MARKS = /^(\s*)(?:#{1,6} |[-*+] \[[ xX]\] |[-*+] |\d+[.)] |> )?/;

function apply(view, change) {
  if (view.state.readOnly) return false;
  view.dispatch(view.state.update(change, { scrollIntoView: true, userEvent: "input.format" }));
  view.focus();
  return true;
}

// Puts `mark` on both sides of each selection, or takes it away where it is there already, inside or outside of it.
function toggleAround(view, mark) {
  const { state } = view;
  const size = mark.length;
  return apply(
    view,
    state.changeByRange(({ from, to }) => {
      const inside = state.sliceDoc(from, to);
      if (state.sliceDoc(from - size, from) === mark && state.sliceDoc(to, to + size) === mark) {
        const changes = [{ from: from - size, to: from }, { from: to, to: to + size }];
        return { changes, range: EditorSelection.range(from - size, to - size) };
      }
      if (inside.length >= 2 * size && inside.startsWith(mark) && inside.endsWith(mark)) {
        const changes = [{ from, to: from + size }, { from: to - size, to }];
        return { changes, range: EditorSelection.range(from, to - 2 * size) };
      }
      const changes = [{ from, insert: mark }, { from: to, insert: mark }];
      return { changes, range: EditorSelection.range(from + size, to + size) };
    }),
  );
}

// The lines that are selected, wholly or in part, in order.
function selectedLines({ doc, selection }) {
  const lines = new Map();
  for (const { from, to } of selection.ranges) {
    for (let at = from; at <= to; at = doc.lineAt(at).to + 1) lines.set(doc.lineAt(at).from, doc.lineAt(at));
  }
  return [...lines.values()];
}

function applyToLines(view, changes) {
  const { state } = view;
  const after = state.changes(changes);
  return apply(view, { changes: after, selection: state.selection.map(after, 1) });
}

// Gives every selected line a beginning in place of the one it has, or takes it away if all of them have it.
// `beginning(place)` is that of the line at this place among them; `isBegun(text)` says whether a line has it.
function toggleLines(view, beginning, isBegun) {
  const lines = selectedLines(view.state);
  const written = lines.filter(({ text }) => text.trim() !== "");
  const chosen = written.length ? written : lines;
  const isThere = chosen.every(({ text }) => isBegun(text.trimStart()));
  return applyToLines(
    view,
    chosen.map(({ from, text }, place) => {
      const [whole, indent] = LINE_MARKS.exec(text);
      return { from: from + indent.length, to: from + whole.length, insert: isThere ? "" : beginning(place) };
    }),
  );
}

const toggleMark = (mark) => (view) => toggleLines(view, () => mark, (text) => text.startsWith(mark));
const numbered = (view) => toggleLines(view, (place) => `${place + 1}. `, (text) => /^\d+[.)] /.test(text));

// Puts list items one level deeper or less deep. Says no where it is not all items, so that Tab goes on.
function nest(view, deeper) {
  const { state } = view;
  const lines = selectedLines(state);
  if (state.readOnly || !lines.every(({ text }) => LIST_ITEM.test(text))) return false;
  const changes = lines.flatMap(({ from, number, text }) => {
    if (!deeper) return { from, to: from + Math.min(/^ */.exec(text)[0].length, STEP.length) };
    // The first item of all has nothing that it could be part of.
    return number > 1 && LIST_ITEM.test(state.doc.line(number - 1).text) ? { from, insert: STEP } : [];
  });
  return applyToLines(view, changes);
}

// Ticks the tasks on the selected lines, or takes the ticks away if all of them have one.
function tick(view) {
  const tasks = selectedLines(view.state)
    .map(({ from, text }) => ({ from, found: TASK.exec(text) }))
    .filter(({ found }) => found);
  if (view.state.readOnly || !tasks.length) return false;
  const isDone = tasks.every(({ found }) => found[2] !== " ");
  return applyToLines(
    view,
    tasks.map(({ from, found }) => ({ from: from + found[1].length, to: from + found[1].length + 1, insert: isDone ? " " : "x" })),
  );
}

// A block with empty lines around it, below the line of the cursor; `from` and `to` within it are then selected.
function insertBlock(view, block, from, to) {
  const { state } = view;
  const line = state.doc.lineAt(state.selection.main.to);
  const before = line.text.trim() === "" ? "" : "\n\n";
  const start = before ? line.to : line.from;
  const insert = `${before}${block}\n`;
  const begin = start + before.length;
  return apply(view, {
    changes: { from: start, to: line.to, insert },
    selection: { anchor: begin + from, head: begin + to },
  });
}

function link(view) {
  const { state } = view;
  return apply(
    view,
    state.changeByRange(({ from, to }) => {
      const chosen = state.sliceDoc(from, to);
      const isAddress = /^https?:\/\/\S+$/.test(chosen);
      const address = isAddress ? chosen : "https://";
      const insert = isAddress ? `[](${address})` : `[${chosen}](${address})`;
      const start = from + chosen.length + 3;
      const range = isAddress || !chosen ? EditorSelection.cursor(from + 1) : EditorSelection.range(start, start + address.length);
      return { changes: { from, to, insert }, range };
    }),
  );
}

function table(view) {
  const first = gettext("Column");
  const row = `| ${" ".repeat(first.length)} | ${" ".repeat(first.length)} |`;
  const rule = `| ${"-".repeat(first.length)} | ${"-".repeat(first.length)} |`;
  return insertBlock(view, `| ${first} | ${first} |\n${rule}\n${row}\n`, 2, 2 + first.length);
}

const rule = (view) => insertBlock(view, "---\n", 4, 4);

/** An image in the text, at this place of it or where the cursor is. */
export function insertImage(view, address, description) {
  const { state } = view;
  const at = state.selection.main.head;
  const isLineBegun = state.doc.lineAt(at).from < at;
  const words = description.replace(/[[\]\\]/g, "\\$&");
  const insert = `${isLineBegun ? "\n\n" : ""}![${words}](${address})\n\n`;
  view.dispatch(state.update({ changes: { from: at, insert }, selection: { anchor: at + insert.length }, scrollIntoView: true, userEvent: "input.image" }));
}

/** What each button's `data-mark` does. */
export const marks = {
  bold: (view) => toggleAround(view, "**"),
  italic: (view) => toggleAround(view, "*"),
  strike: (view) => toggleAround(view, "~~"),
  heading: toggleMark("# "),
  subheading: toggleMark("## "),
  list: toggleMark("- "),
  numbered,
  task: toggleMark("- [ ] "),
  quote: toggleMark("> "),
  link,
  table,
  rule,
};

/** The keys of the same, as the buttons' titles name them, and those of lists. */
export const formattingKeymap = [
  { key: "Mod-b", run: marks.bold },
  { key: "Mod-i", run: marks.italic },
  { key: "Mod-Shift-x", run: marks.strike },
  { key: "Mod-Alt-2", run: marks.heading },
  { key: "Mod-Alt-3", run: marks.subheading },
  { key: "Mod-Shift-7", run: marks.numbered },
  { key: "Mod-Shift-8", run: marks.list },
  { key: "Mod-Shift-9", run: marks.task },
  { key: "Mod-Shift-.", run: marks.quote },
  { key: "Mod-k", run: marks.link },
  { key: "Mod-Alt-t", run: marks.table },
  { key: "Mod-Enter", run: tick },
  { key: "Tab", run: (view) => nest(view, true), shift: (view) => nest(view, false) },
];
