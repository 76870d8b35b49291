// The visual editor: Markdown's signs are hidden where no cursor is, and what they mean is shown in their place. The
// text underneath stays plain Markdown; a click or an arrow key into a place shows it as it is written.
//
//   writingView({…, isVisual: true}) of writing.js; looks and lines carry the classes md-… of editor.css

import { hasFocus, othersAt, touching } from "./cursor.js";
import { looks } from "./syntax.js";
import { tables } from "./tables.js";
import { Bullet, Picture, Rule, TaskBox } from "./widgets.js";
import { Decoration, ViewPlugin, syntaxTree } from "../vendor/editor.js";

const hidden = Decoration.replace({});

function decorationOf(found, state) {
  const { kind, from, to } = found;
  switch (kind) {
    case "line":
      return Decoration.line({ class: `md-line-${found.name}${found.depth ? ` md-depth-${found.depth}` : ""}` }).range(from);
    case "bullet":
      return Decoration.replace({ widget: new Bullet() }).range(from, to);
    case "task":
      return Decoration.replace({ widget: new TaskBox(found.isDone, state.readOnly) }).range(from, to);
    case "image":
      return Decoration.replace({ widget: new Picture(found.address, found.description) }).range(from, to);
    case "rule":
      return Decoration.replace({ widget: new Rule() }).range(from, to);
    default:
      return hidden.range(from, to);
  }
}

function drawn({ state, visibleRanges }) {
  const isTouched = touching(state);
  const others = state.field(othersAt);
  const isShown = ({ kind, from, to }) => kind !== "image" || !others.some((head) => from <= head && head <= to);
  const found = visibleRanges.flatMap(({ from, to }) => looks(state, from, to, isTouched));
  return Decoration.set(
    found.filter(isShown).map((each) => decorationOf(each, state)),
    true,
  );
}

const signs = ViewPlugin.fromClass(
  class {
    constructor(view) {
      this.decorations = drawn(view);
    }

    update(update) {
      const { view, startState, state } = update;
      // A word that an input method is still composing must not be drawn anew.
      if (view.composing && update.docChanged) this.decorations = this.decorations.map(update.changes);
      else if (
        update.docChanged ||
        update.selectionSet ||
        update.viewportChanged ||
        update.focusChanged ||
        startState.readOnly !== state.readOnly ||
        startState.field(othersAt) !== state.field(othersAt) ||
        syntaxTree(startState) !== syntaxTree(state)
      ) {
        this.decorations = drawn(view);
      }
    }
  },
  { decorations: ({ decorations }) => decorations },
);

/** The place where a caret at this place can be seen: at the end of the signs that hide it, if it stands among them. */
export function seenAt(view, place) {
  let seen = place;
  view.plugin(signs)?.decorations.between(place, place, (from, to, { spec }) => {
    if (from < place && place < to && !spec.class) seen = to;
  });
  return seen;
}

/** The extension; it needs `othersAt` of cursor.js in the state. */
export const visual = [hasFocus, signs, tables];
