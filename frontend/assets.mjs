// Copies what the pages take from npm besides the editor's bundle: the typefaces, the icons, the map's outlines.
// All of it is committed, so that running the workspace needs no Node.
//
//   node frontend/assets.mjs            writes the files
//   node frontend/assets.mjs --check    fails if a committed file differs from what this would write

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

import { mapSvg } from "./map.mjs";

const here = new URL("./", import.meta.url);
const modules = new URL("node_modules/", here);
const vendor = new URL("../workspace/static/vendor/", here);
const own = new URL("../workspace/static/workspace/", here);

// The eight languages need both subsets; the interface speaks in Sans, the publications in Serif.
const TYPEFACES = [
  { family: "Source Sans 3", name: "source-sans-3", cuts: ["400-normal", "400-italic", "600-normal"] },
  { family: "Source Serif 4", name: "source-serif-4", cuts: ["400-normal", "400-italic", "600-normal"] },
];
const SUBSETS = ["latin-ext", "latin"];

async function* typefaces() {
  let css = "/* Made by frontend/assets.mjs from @fontsource. */\n";
  for (const { family, name, cuts } of TYPEFACES) {
    const source = new URL(`@fontsource/${name}/`, modules);
    const ranges = JSON.parse(await readFile(new URL("unicode.json", source), "utf8"));
    yield [new URL(`fonts/${name}.LICENSE.txt`, vendor), await readFile(new URL("LICENSE", source))];
    for (const cut of cuts) {
      const [weight, style] = cut.split("-");
      for (const subset of SUBSETS) {
        const file = `${name}-${subset}-${cut}.woff2`;
        yield [new URL(`fonts/${file}`, vendor), await readFile(new URL(`files/${file}`, source))];
        css += `@font-face { font-family: "${family}"; font-weight: ${weight}; font-style: ${style}; font-display: swap; `;
        css += `src: url("${file}") format("woff2"); unicode-range: ${ranges[subset]}; }\n`;
      }
    }
  }
  yield [new URL("fonts/fonts.css", vendor), Buffer.from(css)];
}

async function* icons() {
  const names = JSON.parse(await readFile(new URL("icons.json", here), "utf8"));
  let sprite = '<svg xmlns="http://www.w3.org/2000/svg">\n';
  for (const name of names) {
    const svg = await readFile(new URL(`bootstrap-icons/icons/${name}.svg`, modules), "utf8");
    const shapes = svg.replace(/^[^>]*>/, "").replace("</svg>", "").replace(/>\s+</g, "><").trim();
    sprite += `<symbol id="${name}" viewBox="0 0 16 16">${shapes}</symbol>\n`;
  }
  yield [new URL("icons/icons.svg", vendor), Buffer.from(`${sprite}</svg>\n`)];
  yield [new URL("icons/LICENSE.txt", vendor), await readFile(new URL("bootstrap-icons/LICENSE", modules))];
}

async function* map() {
  yield [new URL("map.svg", own), Buffer.from(await mapSvg())];
}

// Writes every file; with `check` writes nothing and returns the paths of those that differ from what is committed.
export async function assets({ check = false } = {}) {
  const differing = [];
  for (const part of [typefaces, icons, map]) {
    for await (const [target, content] of part()) {
      if (check) {
        const committed = await readFile(target).catch(() => null);
        if (!committed?.equals(content)) differing.push(fileURLToPath(target));
      } else {
        await mkdir(dirname(fileURLToPath(target)), { recursive: true });
        await writeFile(target, content);
      }
    }
  }
  return differing;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const differing = await assets({ check: process.argv.includes("--check") });
  for (const path of differing) console.error(`${path} differs from what frontend/assets.mjs makes of its sources`);
  process.exitCode = differing.length ? 1 : 0;
}
