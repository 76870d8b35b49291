// A section's text in a plain field, for who needs one: what is typed is merged into the same text that the others write
// in, and what they write appears in the field around one's own cursor.

import { differenceOf, placeAfter } from "./text_difference.js";
import { Y } from "../vendor/editor.js";

const typing = Symbol("typed into a plain field");

// Says where one's own cursor is, as carets.js does.
function tell(awareness, text, field) {
  if (awareness.getLocalState() === null) return;
  const place = (index) => Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(text, index));
  const isHere = document.activeElement === field;
  awareness.setLocalStateField("cursor", isHere ? { anchor: place(field.selectionStart), head: place(field.selectionEnd) } : null);
}

/** As writingView of writing.js, without its view: `{setWritable, reveal, focus, destroy}`. */
export function plainText({ parent, text, awareness, undoManager, label, hint, isWritable }) {
  const field = document.createElement("textarea");
  field.className = "plan-plain";
  field.placeholder = hint;
  field.readOnly = !isWritable;
  field.setAttribute("aria-label", label);
  field.value = text.toString();
  parent.append(field);
  undoManager.addTrackedOrigin(typing);

  // The text as the field showed it last, and what the others did while an input method was at work in the field.
  let known = field.value;
  let isComposing = false;

  // The field grows with its text, so that the page scrolls and not the field.
  const fit = () => {
    if (field.scrollHeight > field.clientHeight) field.style.height = `${field.scrollHeight}px`;
  };

  function takeIn() {
    const change = differenceOf(known, field.value, field.selectionEnd);
    if (!change) return;
    known = field.value;
    text.doc.transact(() => {
      if (change.removed) text.delete(change.at, change.removed);
      if (change.inserted) text.insert(change.at, change.inserted);
    }, typing);
    fit();
  }

  // Shows the text as it is now, the cursor where it was among its words.
  function show(delta) {
    const { selectionStart, selectionEnd, selectionDirection } = field;
    known = text.toString();
    field.value = known;
    field.setSelectionRange(placeAfter(delta, selectionStart), placeAfter(delta, selectionEnd), selectionDirection);
    fit();
  }

  let waiting = [];
  const onChange = (event, { origin }) => {
    if (origin === typing) return;
    if (isComposing) waiting.push(event.delta);
    else show(event.delta);
  };
  text.observe(onChange);

  field.addEventListener("compositionstart", () => {
    isComposing = true;
  });
  field.addEventListener("compositionend", () => {
    isComposing = false;
    // The others' changes first, around what is being composed; then what was composed, where it now belongs.
    if (waiting.length) {
      const composed = differenceOf(known, field.value, field.selectionEnd);
      const at = composed && waiting.reduce((place, delta) => placeAfter(delta, place), composed.at);
      const removedTo = composed && waiting.reduce((place, delta) => placeAfter(delta, place), composed.at + composed.removed);
      waiting = [];
      if (composed) {
        text.doc.transact(() => {
          text.delete(at, removedTo - at);
          text.insert(at, composed.inserted);
        }, typing);
      }
      known = text.toString();
      field.value = known;
      const end = composed ? at + composed.inserted.length : field.value.length;
      field.setSelectionRange(end, end);
      fit();
    } else takeIn();
  });
  field.addEventListener("input", () => {
    if (!isComposing) takeIn();
  });
  field.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const key = event.key.toLowerCase();
    const isRedo = key === "y" || (key === "z" && event.shiftKey);
    if (!isRedo && key !== "z") return;
    event.preventDefault(); // the browser's own undo knows nothing of the others' words
    if (isRedo) undoManager.redo();
    else undoManager.undo();
  });

  const onSelection = () => tell(awareness, text, field);
  for (const name of ["select", "keyup", "click", "focus", "blur", "input"]) field.addEventListener(name, onSelection);
  fit();
  return {
    setWritable(mayWrite) {
      field.readOnly = !mayWrite;
    },
    reveal(index) {
      const share = index / Math.max(field.value.length, 1); // about: a field does not tell where a letter stands
      scrollTo({ top: scrollY + field.getBoundingClientRect().top + share * field.scrollHeight - innerHeight / 2 });
    },
    focus: () => field.focus(),
    destroy() {
      text.unobserve(onChange);
      field.remove();
      if (awareness.getLocalState()?.cursor) awareness.setLocalStateField("cursor", null);
    },
  };
}
