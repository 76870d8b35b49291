// Where the others are in a text: a caret with a name, and what they have selected, coloured by class. (The caret of
// y-codemirror.next sets a style attribute, which our content security policy does not let through.)
//
// The awareness state carries `cursor: {anchor, head}`, relative positions as JSON, as stock Yjs editors write it; its
// `user` ({name, colour, ...}) comes from the server.

import { othersAt, othersMoved } from "./cursor.js";
import { seenAt } from "./visual.js";
import { Decoration, ViewPlugin, WidgetType, Y } from "../vendor/editor.js";

class Caret extends WidgetType {
  constructor(name, colour, place) {
    super();
    Object.assign(this, { name, colour, place });
  }

  // A caret that moved is drawn anew, so that its name shows again for a moment.
  eq(other) {
    return other.name === this.name && other.colour === this.colour && other.place === this.place;
  }

  toDOM() {
    const caret = document.createElement("span");
    caret.className = `caret caret-${this.colour}`;
    const label = document.createElement("span");
    label.className = "caret-name";
    label.textContent = this.name;
    // A word joiner keeps the line's height and lets no line break in between.
    caret.append("\u2060", label, "\u2060");
    return caret;
  }

  get estimatedHeight() {
    return -1;
  }

  ignoreEvent() {
    return true;
  }
}

/** The colour number of a person's caret, 0 to 7, whatever the state says. */
export function colourOf(user) {
  const colour = Number(user?.colour);
  return Number.isInteger(colour) && colour >= 0 && colour < 8 ? colour : 0;
}

// The index of a relative position in this text; null if it is nowhere in it.
function indexIn(text, position) {
  try {
    const found = Y.createAbsolutePositionFromRelativePosition(Y.createRelativePositionFromJSON(position), text.doc);
    return found?.type === text ? found.index : null;
  } catch {
    return null;
  }
}

// The others who have a cursor in this text: `[{user, cursor, anchor, head}]`.
function othersIn(text, awareness) {
  const found = [];
  for (const [client, { user, cursor }] of awareness.getStates()) {
    if (client === awareness.clientID || !user || !cursor?.anchor || !cursor.head) continue;
    const [anchor, head] = [indexIn(text, cursor.anchor), indexIn(text, cursor.head)];
    if (anchor !== null && head !== null) found.push({ user, cursor, anchor, head });
  }
  return found;
}

/** Where the person of this id has their cursor in this text; null if nowhere. */
export function cursorOf(text, awareness, person) {
  return othersIn(text, awareness).find(({ user }) => user.id === person)?.head ?? null;
}

const headsIn = (text, awareness) => othersIn(text, awareness).map(({ head }) => Math.min(head, text.length));

/** A CodeMirror extension that shows the others' carets in this Y.Text and tells them of one's own. */
export function carets(text, awareness) {
  const shown = ViewPlugin.fromClass(
    class {
      constructor(view) {
        this.decorations = this.drawn(view);
        this.onChange = ({ added, updated, removed }) => {
          if ([...added, ...updated, ...removed].some((client) => client !== awareness.clientID)) {
            view.dispatch({ effects: othersMoved.of(headsIn(text, awareness)) });
          }
        };
        awareness.on("change", this.onChange);
      }

      destroy() {
        awareness.off("change", this.onChange);
        if (awareness.getLocalState()?.cursor) awareness.setLocalStateField("cursor", null);
      }

      update({ view, docChanged, selectionSet, focusChanged, transactions }) {
        this.tell(view);
        if (docChanged || selectionSet || focusChanged || transactions.some(({ effects }) => effects.some((effect) => effect.is(othersMoved)))) {
          this.decorations = this.drawn(view);
        }
      }

      // Says where one's own caret is while the editor has the focus.
      tell(view) {
        const state = awareness.getLocalState();
        if (!state) return;
        let cursor = null;
        if (view.hasFocus && view.dom.ownerDocument.hasFocus()) {
          const { anchor, head } = view.state.selection.main;
          cursor = {
            anchor: Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(text, anchor)),
            head: Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(text, head)),
          };
        }
        if (JSON.stringify(state.cursor ?? null) !== JSON.stringify(cursor)) awareness.setLocalStateField("cursor", cursor);
      }

      drawn(view) {
        const drawn = [];
        const length = view.state.doc.length;
        for (const { user, cursor, anchor, head } of othersIn(text, awareness)) {
          if (anchor > length || head > length) continue;
          const colour = colourOf(user);
          const [from, to] = anchor < head ? [anchor, head] : [head, anchor];
          if (from < to) drawn.push(Decoration.mark({ class: `caret-range caret-${colour}` }).range(from, to));
          const widget = new Caret(String(user.name ?? ""), colour, JSON.stringify(cursor));
          drawn.push(Decoration.widget({ widget, side: head < anchor ? -1 : 1 }).range(seenAt(view, head)));
        }
        return Decoration.set(drawn, true);
      }
    },
    { decorations: ({ decorations }) => decorations },
  );
  return [othersAt.init(() => headsIn(text, awareness)), shown];
}
