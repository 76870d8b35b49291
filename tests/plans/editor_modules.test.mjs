// The editor's pure parts: what of Markdown is hidden, where tables are, what somebody did to a plain field.
import assert from "node:assert/strict";
import { test } from "node:test";

const { looks, tablesIn, isUpload } = await import("../../plans/static/plans/syntax.js");
const { differenceOf, placeAfter } = await import("../../plans/static/plans/text_difference.js");
const { EditorState, Y, ensureSyntaxTree, markdownLanguage } = await import("../../workspace/static/vendor/editor.js");

function stateOf(doc) {
  const state = EditorState.create({ doc, extensions: [markdownLanguage.extension] });
  ensureSyntaxTree(state, doc.length, 5000);
  return state;
}

// The text as it looks: hidden signs left out, widgets in angle brackets. The cursor is where "|" is, if anywhere.
function seen(source) {
  const at = source.indexOf("|");
  const doc = source.replace("|", "");
  const isTouched = (from, to) => at >= 0 && from <= at && at <= to;
  const found = looks(stateOf(doc), 0, doc.length, isTouched).filter(({ kind }) => kind !== "line");
  let shown = "";
  let last = 0;
  for (const { kind, from, to, isDone } of found.sort((one, other) => one.from - other.from)) {
    assert.ok(from >= last, "what is hidden does not overlap");
    shown += doc.slice(last, from) + (kind === "hidden" ? "" : kind === "task" ? `<${isDone ? "x" : "o"}>` : `<${kind}>`);
    last = to;
  }
  return shown + doc.slice(last);
}

const LOOKS = [
  ["# Title #", "Title "],
  ["# Ti|tle", "# Title"],
  ["#", ""],
  ["a **b** *c* ~~d~~ `e`", "a b c d e"],
  ["a **b|** *c*", "a **b** c"],
  ["***both***", "both"],
  ["[page](https://x.y \"t\") end", "page end"],
  ["[page](https://x.y)| end", "[page](https://x.y) end"],
  ["[](https://x.y)", "[](https://x.y)"],
  ["[ref][x]", "[ref][x]"],
  ["<https://x.y>", "https://x.y"],
  ["2 \\* 3", "2 * 3"],
  ["- one\n  - two", "<bullet>one\n<bullet>two"],
  ["-| one", "- one"],
  ["- on|e", "<bullet>one"],
  ["1. one", "1. one"],
  ["- [ ] do\n- [x] done", "<o>do\n<x>done"],
  ["> said\n> more", "said\nmore"],
  ["---", "<rule>"],
  ["![a map](/files/x/large)", "<image>"],
  ["![a m|ap](/files/x/large)", "![a map](/files/x/large)"],
  ["```\n**code**\n```", "```\n**code**\n```"],
  ["snake_case and 2 * 3", "snake_case and 2 * 3"],
  ["[one](https://x.y\n\"title\")", "[one](https://x.y\n\"title\")"],
];
for (const [source, expected] of LOOKS) {
  test(`${JSON.stringify(source)} looks like ${JSON.stringify(expected)}`, () => assert.equal(seen(source), expected));
}

test("an item knows how deep it stands", () => {
  const lines = looks(stateOf("- a\n  - b\n    - c\n\n> q"), 0, 24, () => false).filter(({ kind }) => kind === "line");
  assert.deepEqual(lines.map(({ name, depth }) => [name, depth]), [["item", 0], ["item", 1], ["item", 2], ["quote", undefined]]);
});

test("cells of a table have their places, the empty ones too", () => {
  const doc = "Before\n\n| a | b |\n| - | - |\n| 1 |  |\nx | y\n\nAfter";
  const [table] = tablesIn(stateOf(doc));
  assert.equal(doc.slice(table.from, table.to), "| a | b |\n| - | - |\n| 1 |  |\nx | y");
  assert.deepEqual(table.rows.map((row) => row.map(({ from, to }) => doc.slice(from, to))), [["a", "b"], ["1", ""], ["x", "y"]]);
});

test("an image of this site alone is shown", () => {
  assert.ok(isUpload("/files/0f8fad5b-d9cb-469f-a165-70867728950e/large"));
  for (const address of ["https://x.y/files/a.png", "//x.y/files/0f8fad5b-d9cb-469f-a165-70867728950e/large", "/files/../x", "data:image/png;base64,AA"]) assert.ok(!isUpload(address));
});

test("a difference is one stretch, and says which of equal letters was typed", () => {
  assert.equal(differenceOf("same", "same"), null);
  assert.deepEqual(differenceOf("one three", "one two three", 8), { at: 4, removed: 0, inserted: "two " });
  assert.deepEqual(differenceOf("aaa", "aaaa", 1), { at: 0, removed: 0, inserted: "a" });
  assert.deepEqual(differenceOf("aaa", "aaaa", 4), { at: 3, removed: 0, inserted: "a" });
  assert.deepEqual(differenceOf("abc", "", 0), { at: 0, removed: 3, inserted: "" });
  assert.deepEqual(differenceOf("wheat 🌾 field", "wheat 🌻 field", 8), { at: 6, removed: 2, inserted: "🌻" });
  assert.deepEqual(differenceOf("🌾", "🌾🌾", 2), { at: 0, removed: 0, inserted: "🌾" });
});

// A linear congruential generator, so that the same texts come each time.
function numbers(seed) {
  let state = seed;
  return (below) => {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * below);
  };
}

test("whatever was typed into a field while others wrote, both texts end alike and no pair is cut", () => {
  const random = numbers(7);
  const letters = ["a", "b", "é", "🌾", "🌻", "\n"];
  const word = () => Array.from({ length: random(4) }, () => letters[random(letters.length)]).join("");
  for (let round = 0; round < 500; round += 1) {
    const doc = new Y.Doc();
    const text = doc.getText("t");
    text.insert(0, `${word()}${word()}${word()}`);
    const known = text.toString();
    const places = [...known].reduce((all, letter) => [...all, all.at(-1) + letter.length], [0]);
    const [from, to] = [places[random(places.length)], places[random(places.length)]].sort((one, other) => one - other);
    const inserted = word();
    const typed = known.slice(0, from) + inserted + known.slice(to);
    const change = differenceOf(known, typed, from + inserted.length);
    if (change) {
      text.delete(change.at, change.removed);
      text.insert(change.at, change.inserted);
      assert.ok(change.inserted.isWellFormed() && known.slice(change.at, change.at + change.removed).isWellFormed());
    }
    assert.equal(text.toString(), typed);
  }
});

test("a place in a text stays among its words when others write", () => {
  const after = (delta, place) => placeAfter(delta, place);
  assert.equal(after([{ insert: "abc" }], 0), 0);
  assert.equal(after([{ insert: "abc" }], 2), 5);
  assert.equal(after([{ retain: 4 }, { insert: "abc" }], 2), 2);
  assert.equal(after([{ retain: 2 }, { delete: 3 }], 4), 2);
  assert.equal(after([{ retain: 2 }, { delete: 3 }], 9), 6);
  assert.equal(after([{ delete: 2 }, { insert: "xyz" }], 5), 6);
  assert.equal(after([{ retain: 1 }, { insert: "x" }, { delete: 2 }], 2), 2);
});
