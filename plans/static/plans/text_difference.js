// What somebody did to a text between two readings of it, and where a place in it has gone since.

const isHighSurrogate = (text, at) => (text.charCodeAt(at) & 0xfc00) === 0xd800;
const isLowSurrogate = (text, at) => (text.charCodeAt(at) & 0xfc00) === 0xdc00;

/**
 * The one stretch in which two texts differ, in UTF-16 units: `{at, removed, inserted}`, how many were taken out and what
 * was put in; null if they are the same. No pair of surrogates is cut. `cursor` is where the person's cursor stands after
 * the change: among equal letters, it tells which of them was typed.
 */
export function differenceOf(before, after, cursor = after.length) {
  if (before === after) return null;
  const shorter = Math.min(before.length, after.length);
  // What stands behind the cursor was there before, so the end is compared first, up to the cursor.
  let end = 0;
  const most = Math.min(shorter, Math.max(after.length - cursor, 0));
  while (end < most && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  let at = 0;
  while (at < shorter - end && before[at] === after[at]) at += 1;
  while (end < shorter - at && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  if (at > 0 && (isHighSurrogate(before, at - 1) || isHighSurrogate(after, at - 1))) at -= 1;
  if (end > 0 && (isLowSurrogate(before, before.length - end) || isLowSurrogate(after, after.length - end))) end -= 1;
  return { at, removed: before.length - end - at, inserted: after.slice(at, after.length - end) };
}

/** Where a place in a text is after this Yjs delta. What is put in exactly there comes after it. */
export function placeAfter(delta, place) {
  let at = 0;
  let moved = place;
  for (const { retain = 0, insert = "", delete: removed = 0 } of delta) {
    at += retain;
    if (at >= moved && !removed) {
      if (insert) break;
      continue;
    }
    if (insert) {
      if (at < moved) moved += insert.length;
      at += insert.length;
    }
    if (removed) moved -= Math.max(0, Math.min(removed, moved - at));
  }
  return moved;
}
