// What was copied from Word or a web page, as the Markdown that docs/markdown.md describes.
//
//   markdownOf(bodyOf(html))

const UNSEEN = new Set(["SCRIPT", "STYLE", "TEMPLATE", "META", "LINK", "TITLE", "HEAD", "NOSCRIPT", "BUTTON", "SELECT", "TEXTAREA", "SVG", "O:P"]);
const BLOCKS = new Set(
  "ADDRESS ARTICLE ASIDE BLOCKQUOTE BODY CAPTION CENTER DD DETAILS DIV DL DT FIGCAPTION FIGURE FOOTER FORM H1 H2 H3 H4 H5 H6 HEADER HR LI MAIN NAV OL P PRE SECTION SUMMARY TABLE UL".split(" "),
);
const FORMATTED = "h1,h2,h3,h4,h5,h6,b,strong,i,em,s,del,strike,a[href],ul,ol,table,blockquote,pre,code,hr,img,[data-style*='mso-list'],.MsoTitle,span[data-style*='font-weight'],span[data-style*='font-style']";
const MARKS = { strong: "**", emphasis: "*", struck: "~~" };
const [ELEMENT, TEXT] = [1, 3];

/** The body of copied HTML. Its styles become mere data: our policy would have each of them reported. */
export function bodyOf(html) {
  const unstyled = html
    .replace(/<style\b[^]*?<\/style\s*>/gi, "")
    .replace(/<[a-z][^<>]*>/gi, (tag) => tag.replace(/\sstyle\s*=/gi, " data-style="));
  return new DOMParser().parseFromString(unstyled, "text/html").body;
}

/** Whether a document's body holds anything that plain text would lose. */
export const isFormatted = (body) => body.querySelector(FORMATTED) !== null;

/** The Markdown of a document's body. */
export function markdownOf(body) {
  return blocksOf(body).join("\n\n");
}

const style = (node, property) => new RegExp(`(?:^|;)\\s*${property}\\s*:\\s*([^;]+)`, "i").exec(node.getAttribute("data-style") ?? "")?.[1].trim() ?? "";
const wordLevel = (node) => Number(/level(\d+)/.exec(style(node, "mso-list"))?.[1] ?? 0);
const isBlock = (node) => node.nodeType === ELEMENT && BLOCKS.has(node.nodeName);
const holdsBlock = (node) => [...node.childNodes].some((child) => isBlock(child) || (child.nodeType === ELEMENT && holdsBlock(child)));

// Signs that would mean something in Markdown, kept from doing so.
const escaped = (text) =>
  text
    .replace(/[\\`*]/g, "\\$&")
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\\_")
    .replace(/~~/g, "\\~~")
    .replace(/\](?=[([])/g, "\\]");
const escapedStarts = (text) => text.replace(/^(#{1,6}|[-+>])(?= )|^(\d+)(?=[.)] )/gm, (_found, sign, number) => (sign ? `\\${sign}` : `${number}\\`));
const tidied = (text) => text.replace(/[ \t]*\n[ \t]*/g, "\n").replace(/ {2,}/g, " ").trim();

// Which marks an element puts on its text beyond those that it stands in.
function marksOf(node, inside) {
  const [weight, slant, line] = [style(node, "font-weight"), style(node, "font-style"), style(node, "text-decoration(?:-line)?")];
  const isBold = weight ? /bold|[6-9]00/.test(weight) : /^(?:B|STRONG)$/.test(node.nodeName);
  const isSlanted = slant ? /italic|oblique/.test(slant) : /^(?:I|EM|CITE)$/.test(node.nodeName);
  const isStruck = /^(?:S|DEL|STRIKE)$/.test(node.nodeName) || /line-through/.test(line);
  const wanted = { strong: isBold, emphasis: isSlanted, struck: isStruck };
  return Object.keys(MARKS).filter((mark) => wanted[mark] && !inside.has(mark));
}

// A mark stands at the words themselves, not at the spaces around them, and on each line anew.
function marked(text, mark) {
  return text.replace(/[^\n]+/g, (line) => (line.trim() ? line.replace(/^(\s*)(.*?)(\s*)$/, `$1${mark}$2${mark}$3`) : line));
}

function link(node, words) {
  const address = (node.getAttribute("href") ?? "").trim();
  if (!/^(?:https?:|mailto:)/i.test(address) || !words.trim()) return words;
  if (words.trim() === address) return words;
  return `[${tidied(words).replace(/\n/g, " ")}](${address.replace(/[\s()<>]/g, encodeURIComponent).replace(/\(/g, "%28").replace(/\)/g, "%29")})`;
}

function image(node) {
  const address = node.getAttribute("src") ?? "";
  const words = escaped(node.getAttribute("alt") ?? "").replace(/\s+/g, " ");
  return /^(?:https?:|\/files\/)/i.test(address) ? `![${words}](${address.replace(/[\s()]/g, encodeURIComponent)})` : "";
}

// The text of inline nodes; `inside` are the marks that they stand in already.
function inline(nodes, inside = new Set()) {
  return [...nodes].map((node) => inlineOf(node, inside)).join("");
}

function inlineOf(node, inside) {
  if (node.nodeType === TEXT) return escaped(node.nodeValue.replace(/[ \t\r\n\u00a0]+/g, " "));
  if (node.nodeType !== ELEMENT || UNSEEN.has(node.nodeName.toUpperCase()) || /ignore/i.test(style(node, "mso-list"))) return "";
  if (node.nodeName === "BR") return "\n";
  if (node.nodeName === "IMG") return image(node);
  if (/^(?:CODE|KBD|TT|SAMP)$/.test(node.nodeName) && node.textContent.trim() && !node.textContent.includes("`")) {
    return `\`${node.textContent.replace(/\s+/g, " ").trim()}\``;
  }
  const marks = marksOf(node, inside);
  const words = inline(node.childNodes, new Set([...inside, ...marks]));
  const text = marks.reduceRight((made, mark) => marked(made, MARKS[mark]), words);
  return node.nodeName === "A" ? link(node, text) : text;
}

const paragraph = (nodes) => escapedStarts(tidied(inline(nodes)));

// The blocks inside a node, each as its lines. What stands between blocks makes paragraphs of its own.
function blocksOf(node) {
  const blocks = [];
  let gathered = [];
  let wordItems = [];
  const settle = () => {
    const text = paragraph(gathered);
    gathered = [];
    if (text) blocks.push(text);
  };
  const settleWord = () => {
    if (wordItems.length) blocks.push(wordList(wordItems));
    wordItems = [];
  };
  for (const child of node.childNodes) {
    const isOne = isBlock(child) || (child.nodeType === ELEMENT && !UNSEEN.has(child.nodeName.toUpperCase()) && holdsBlock(child));
    if (!isOne) {
      if (child.nodeType !== TEXT || child.nodeValue.trim()) settleWord();
      gathered.push(child);
      continue;
    }
    settle();
    if (wordLevel(child)) {
      wordItems.push(child);
      continue;
    }
    settleWord();
    blocks.push(...blockOf(child).filter(Boolean));
  }
  settle();
  settleWord();
  return blocks;
}

function blockOf(node) {
  const level = /^H([1-6])$/.exec(node.nodeName)?.[1] ?? (/\bMsoTitle\b/.test(node.className) ? 1 : 0);
  if (level) {
    const words = tidied(inline(node.childNodes, new Set(["strong"]))).replace(/\n/g, " ");
    return [words && `${"#".repeat(level)} ${words}`];
  }
  switch (node.nodeName) {
    case "UL":
    case "OL":
      return [list(node)];
    case "BLOCKQUOTE":
      return [prefixed(blocksOf(node).join("\n\n"), "> ", "> ")];
    case "PRE":
      return [`\`\`\`\n${node.textContent.replace(/\n$/, "")}\n\`\`\``];
    case "HR":
      return ["---"];
    case "TABLE":
      return table(node);
    default:
      return blocksOf(node);
  }
}

const prefixed = (text, first, rest) => text.split("\n").map((line, place) => `${place ? rest : first}${line}`.trimEnd()).join("\n");
const itemOf = (marker, lines) => prefixed(lines.join("\n"), marker, " ".repeat(marker.length));

function list(node) {
  const items = [];
  let number = Number(node.getAttribute("start") ?? 1) || 1;
  for (const child of node.children) {
    if (/^[UO]L$/.test(child.nodeName)) {
      // Some programs put the list below an item beside it.
      items.push(prefixed(list(child), "  ", "  "));
      continue;
    }
    const box = child.querySelector(":scope > input[type=checkbox], :scope > p > input[type=checkbox], :scope > label > input[type=checkbox]");
    const isTask = box !== null || child.getAttribute("role") === "checkbox";
    const isDone = box?.hasAttribute("checked") || child.getAttribute("aria-checked") === "true";
    const task = isTask ? `[${isDone ? "x" : " "}] ` : "";
    const marker = node.nodeName === "OL" ? `${number}. ` : "- ";
    const lines = blocksOf(child);
    if (lines.length || isTask) items.push(itemOf(marker, [task + (lines[0] ?? ""), ...lines.slice(1)]));
    number += 1;
  }
  return items.join("\n");
}

// Word writes its lists as paragraphs that name their level and carry their sign as text.
function wordList(paragraphs) {
  let numbers = [];
  let before = "";
  return paragraphs
    .map((node) => {
      const level = Math.min(wordLevel(node), 9);
      const sign = [...node.querySelectorAll("span")].find((span) => /ignore/i.test(style(span, "mso-list")))?.textContent.trim() ?? "";
      const [id] = style(node, "mso-list").split(/\s/);
      if (level === 1 && id !== before) numbers = []; // another list begins
      if (level === 1) before = id;
      numbers.length = level;
      numbers[level - 1] = (numbers[level - 1] ?? 0) + 1;
      const marker = /^\(?[\p{L}\p{N}]{1,4}[.)]$/u.test(sign) && sign !== "o" ? `${numbers[level - 1]}. ` : "- ";
      const indent = "   ".repeat(level - 1);
      return prefixed(tidied(inline(node.childNodes)), indent + marker, indent + " ".repeat(marker.length));
    })
    .join("\n");
}

function table(node) {
  const rows = [...node.querySelectorAll("tr")].filter((row) => row.closest("table") === node);
  const cells = rows.map((row) => [...row.children].filter(({ nodeName }) => /^T[DH]$/.test(nodeName)));
  const width = Math.max(0, ...cells.map((row) => row.reduce((sum, cell) => sum + span(cell), 0)));
  const before = [...node.children].filter(({ nodeName }) => nodeName === "CAPTION").flatMap(blocksOf);
  // One column, or a table in a table, is there for its looks.
  if (width < 2 || node.querySelector("table")) return [...before, ...cells.flat().flatMap(blocksOf)];
  const lines = cells.map((row) => {
    const words = row.flatMap((cell) => [cellText(cell), ...Array(span(cell) - 1).fill("")]);
    return `| ${[...words, ...Array(width - words.length).fill("")].join(" | ")} |`;
  });
  return [...before, [lines[0], `|${" --- |".repeat(width)}`, ...lines.slice(1)].join("\n")];
}

const span = (cell) => Math.min(Math.max(Number(cell.getAttribute("colspan")) || 1, 1), 50);
const cellText = (cell) => tidied(blocksOf(cell).join(" ").replace(/\n/g, " ")).replace(/\|/g, "\\|");
