// Tables in the visual editor: drawn as tables until somebody's cursor is in one, then shown as they are written. A
// click into a cell puts the cursor there.

import { othersAt, touching } from "./cursor.js";
import { tablesIn } from "./syntax.js";
import { Decoration, EditorView, StateField, WidgetType, keymap, syntaxTree } from "../vendor/editor.js";

const ELEMENTS = { StrongEmphasis: "strong", Emphasis: "em", Strikethrough: "s", InlineCode: "code", Link: "span", Autolink: "span" };
const UNSEEN = new Set(["EmphasisMark", "StrikethroughMark", "CodeMark", "LinkMark", "LinkTitle"]);

// The text of a cell with its emphasis, as elements in `parent`.
function fill(parent, state, { from, to }) {
  const { doc } = state;
  function walk(into, node, start, end) {
    let at = start;
    for (let child = node.firstChild; child; child = child.nextSibling) {
      if (child.to <= start || child.from >= end) continue;
      into.append(doc.sliceString(at, child.from));
      at = child.to;
      if (UNSEEN.has(child.name) || (child.name === "URL" && node.name === "Link")) continue;
      if (child.name === "Escape") into.append(doc.sliceString(child.from + 1, child.to));
      else if (ELEMENTS[child.name]) {
        const inner = document.createElement(ELEMENTS[child.name]);
        if (child.name === "Link" || child.name === "Autolink") inner.className = "md-link";
        walk(inner, child, child.from, child.to);
        into.append(inner);
      } else walk(into, child, child.from, child.to);
    }
    into.append(doc.sliceString(at, end));
  }
  let cell = syntaxTree(state).resolve(from, 1);
  while (cell.parent && cell.name !== "TableCell") cell = cell.parent;
  walk(parent, cell, from, to);
}

class Table extends WidgetType {
  constructor(state, { from, to, rows }) {
    super();
    Object.assign(this, { state, from, rows, source: state.sliceDoc(from, to) });
  }

  eq(other) {
    return other.source === this.source;
  }

  get estimatedHeight() {
    return this.rows.length * 40;
  }

  toDOM(view) {
    const box = document.createElement("div");
    box.className = "md-table";
    const table = document.createElement("table");
    const columns = this.rows[0].length;
    for (const [place, cells] of this.rows.entries()) {
      const row = table.insertRow();
      for (let column = 0; column < columns; column += 1) {
        const cell = document.createElement(place ? "td" : "th");
        const source = cells[column] ?? cells.at(-1);
        cell.dataset.at = source.to - this.from;
        if (cells[column] && source.from < source.to) fill(cell, this.state, source);
        row.append(cell);
      }
    }
    box.append(table);
    box.addEventListener("mousedown", (event) => {
      const at = event.target.closest("[data-at]")?.dataset.at;
      if (view.state.readOnly || at === undefined || event.button !== 0) return;
      event.preventDefault();
      view.dispatch({ selection: { anchor: view.posAtDOM(box) + Number(at) } });
      view.focus();
    });
    return box;
  }

  ignoreEvent() {
    return true;
  }
}

// The tables of a text as it was read, so that a cursor that moves does not have them read anew.
const known = new WeakMap();

function tablesOf(state) {
  const tree = syntaxTree(state);
  if (!known.has(tree)) {
    known.set(
      tree,
      tablesIn(state).map((table) => Decoration.replace({ widget: new Table(state, table), block: true }).range(table.from, table.to)),
    );
  }
  return known.get(tree);
}

function drawn(state) {
  const isTouched = touching(state);
  const others = state.field(othersAt);
  const isFree = ({ from, to }) => !isTouched(from, to) && !others.some((head) => from <= head && head <= to);
  return Decoration.set(tablesOf(state).filter(isFree));
}

// A drawn table has no lines for the cursor to stop at: an arrow key that would leap over one goes into it.
function enter(view, forward) {
  const { state } = view;
  const range = state.selection.main;
  if (!range.empty) return false;
  const { head } = view.moveVertically(range, forward);
  let place = null;
  state.field(drawnTables).between(Math.min(range.head, head), Math.max(range.head, head), (from, to) => {
    if (forward ? from > range.head : to < range.head) place = forward ? (place ?? from) : to;
  });
  if (place === null) return false;
  view.dispatch({ selection: { anchor: place }, scrollIntoView: true, userEvent: "select" });
  return true;
}

const drawnTables = StateField.define({
  create: drawn,
  update(value, transaction) {
    const { docChanged, selection, effects, startState, state } = transaction;
    return docChanged || selection || effects.length || syntaxTree(startState) !== syntaxTree(state) ? drawn(state) : value;
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** The extension; it needs the fields of cursor.js in the state. */
export const tables = [
  drawnTables,
  keymap.of([
    { key: "ArrowDown", run: (view) => enter(view, true) },
    { key: "ArrowUp", run: (view) => enter(view, false) },
  ]),
];
