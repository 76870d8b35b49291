// Which of Markdown's signs a reader need not see, and what stands in their place. Pure: from a state to a list.

import { syntaxTree } from "../vendor/editor.js";

const HEADING = /^ATXHeading([1-6])$/;
const SPACES = /[ \t]/;

/** Where an upload of this site is shown in place; an image from elsewhere would tell others who reads. */
export const isUpload = (address) => /^\/files\/[0-9a-f-]{36}\/[a-z]+$/.test(address);

/**
 * What of the text from `from` to `to` looks otherwise than it is written: `[{kind, from, to, ...}]` by place, where
 * `kind` is
 *
 *     "hidden"   signs that are not shown
 *     "bullet"   the sign of a list's item
 *     "task"     a task's box: `isDone`, and `at`, where its letter is
 *     "image"    `address`, `description`
 *     "rule"     a line across
 *     "line"     the look of a whole line, which begins at `from`: `name`, and `depth` for an item of a list
 *
 * `isTouched(from, to)` says whether a cursor is there: what it touches is shown as it is written. Nothing of it goes
 * beyond its line. Tables are left alone.
 */
export function looks(state, from, to, isTouched) {
  const { doc } = state;
  const found = [];

  function hide(start, end) {
    if (start < end && doc.lineAt(start).to >= end) found.push({ kind: "hidden", from: start, to: end });
  }

  function lines(node, name) {
    for (let at = node.from; at <= node.to; at = doc.lineAt(at).to + 1) found.push({ kind: "line", from: doc.lineAt(at).from, to: doc.lineAt(at).from, name });
  }

  const afterSpaces = (at, most = Infinity) => {
    let end = at;
    while (end - at < most && SPACES.test(doc.sliceString(end, end + 1))) end += 1;
    return end;
  };

  // The signs directly inside a node of these kinds.
  function hideMarks(node, kinds) {
    if (isTouched(node.from, node.to)) return;
    for (let child = node.node.firstChild; child; child = child.nextSibling) if (kinds.includes(child.name)) hide(child.from, child.to);
  }

  function heading(node, level) {
    lines({ from: node.from, to: node.from }, `heading-${level}`);
    const line = doc.lineAt(node.from);
    if (isTouched(line.from, line.to)) return;
    const [opening, closing] = node.node.getChildren("HeaderMark");
    hide(node.from, Math.min(afterSpaces(opening.to), line.to));
    if (closing) hide(closing.from, closing.to);
  }

  function link(node) {
    const [opening, closing] = node.node.getChildren("LinkMark");
    const isWhole = node.node.getChild("URL") && closing.from > opening.to && doc.lineAt(node.from).to >= node.to;
    if (!isWhole || isTouched(node.from, node.to)) return;
    hide(opening.from, opening.to);
    hide(closing.from, node.to);
  }

  function image(node) {
    const url = node.node.getChild("URL");
    const [opening, closing] = node.node.getChildren("LinkMark");
    if (!url || isTouched(node.from, node.to) || doc.lineAt(node.from).to < node.to) return true;
    const [address, description] = [doc.sliceString(url.from, url.to), doc.sliceString(opening.to, closing.from)];
    found.push({ kind: "image", from: node.from, to: node.to, address, description });
    return false;
  }

  function item(mark) {
    const list = mark.node.parent.parent;
    let depth = 0;
    for (let above = list.parent; above; above = above.parent) if (/List$/.test(above.name)) depth += 1;
    const line = doc.lineAt(mark.from);
    found.push({ kind: "line", from: line.from, to: line.from, name: "item", depth: Math.min(depth, 5) });
    if (isTouched(line.from, mark.to)) return;
    if (/^\s*$/.test(doc.sliceString(line.from, mark.from))) hide(line.from, mark.from);
    if (list.name === "OrderedList") return;
    const box = mark.node.parent.getChild("Task")?.getChild("TaskMarker");
    const end = Math.min(afterSpaces(mark.to, 1), line.to);
    if (box && box.to <= line.to && !isTouched(box.from, box.to)) {
      hide(mark.from, box.from);
      const isDone = doc.sliceString(box.from + 1, box.from + 2) !== " ";
      found.push({ kind: "task", from: box.from, to: Math.min(afterSpaces(box.to, 1), line.to), at: box.from + 1, isDone });
    } else if (!box) {
      found.push({ kind: "bullet", from: mark.from, to: end });
    }
  }

  const rules = {
    Emphasis: (node) => hideMarks(node, ["EmphasisMark"]),
    StrongEmphasis: (node) => hideMarks(node, ["EmphasisMark"]),
    Strikethrough: (node) => hideMarks(node, ["StrikethroughMark"]),
    InlineCode: (node) => hideMarks(node, ["CodeMark"]),
    Autolink: (node) => hideMarks(node, ["LinkMark"]),
    Escape: (node) => isTouched(node.from, node.to) || hide(node.from, node.from + 1),
    Link: link,
    Image: image,
    ListMark: item,
    Blockquote: (node) => lines(node, "quote"),
    QuoteMark(node) {
      const line = doc.lineAt(node.from);
      if (!isTouched(line.from, line.to)) hide(node.from, Math.min(afterSpaces(node.to, 1), line.to));
    },
    FencedCode: (node) => lines(node, "code"),
    HorizontalRule(node) {
      if (!isTouched(node.from, node.to)) found.push({ kind: "rule", from: node.from, to: node.to });
    },
    Table: () => false,
  };

  syntaxTree(state).iterate({
    from,
    to,
    enter(node) {
      const level = HEADING.exec(node.name)?.[1];
      if (level) heading(node, level);
      return rules[node.name]?.(node) !== false;
    },
  });
  return found;
}

/**
 * The tables at the margin of the text, each from the beginning of its first line to the end of its last:
 * `[{from, to, rows}]`; a row is a list of cells `{from, to}`, their places without the spaces around. The first row
 * names the columns.
 */
export function tablesIn(state) {
  const found = [];
  for (let node = syntaxTree(state).topNode.firstChild; node; node = node.nextSibling) {
    if (node.name !== "Table") continue;
    const rows = [...node.getChildren("TableHeader"), ...node.getChildren("TableRow")].map((row) => cellsOf(state.doc, row));
    found.push({ from: state.doc.lineAt(node.from).from, to: state.doc.lineAt(node.to).to, rows });
  }
  return found;
}

// Between the pipes, also where nothing stands between two of them.
function cellsOf(doc, row) {
  const pipes = row.getChildren("TableDelimiter");
  const edges = pipes.map(({ from, to }) => [from, to]);
  if (edges[0]?.[0] !== row.from) edges.unshift([row.from, row.from]);
  if (doc.sliceString(edges.at(-1)[1], row.to).trim()) edges.push([row.to, row.to]);
  return edges.slice(1).map(([end], place) => {
    const start = edges[place][1];
    const text = doc.sliceString(start, end);
    const from = start + (text.length - text.trimStart().length);
    return text.trim() ? { from, to: from + text.trim().length } : { from: Math.min(start + 1, end), to: Math.min(start + 1, end) };
  });
}
