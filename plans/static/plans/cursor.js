// Where cursors are, for what looks otherwise where one is.

import { EditorView, StateEffect, StateField } from "../vendor/editor.js";

const focusing = StateEffect.define();

/** Whether the editor has the focus: without it, one's own cursor is nowhere. */
export const hasFocus = StateField.define({
  create: () => false,
  update: (value, { effects }) => effects.find((effect) => effect.is(focusing))?.value ?? value,
  provide: () => EditorView.focusChangeEffect.of((_state, isFocusing) => focusing.of(isFocusing)),
});

/** A function that says whether one's own cursor is at this place of the state. */
export function touching(state) {
  if (!state.field(hasFocus) || state.readOnly) return () => false;
  const { ranges } = state.selection;
  return (from, to) => ranges.some((range) => range.from <= to && range.to >= from);
}

/** Told when the others' cursors moved: their places. */
export const othersMoved = StateEffect.define();

/** Where the others' cursors are in the text. */
export const othersAt = StateField.define({
  create: () => [],
  update(heads, { changes, docChanged, effects }) {
    const told = effects.find((effect) => effect.is(othersMoved));
    if (told) return told.value;
    return docChanged && heads.length ? heads.map((head) => changes.mapPos(head, 1)) : heads;
  },
});
