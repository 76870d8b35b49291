// Makes what is committed under workspace/static/vendor from the packages in package-lock.json.
//
//   node frontend/build.mjs            writes the editor's bundle, the typefaces, the icons and the map
//   node frontend/build.mjs --check    changes nothing; exit code 1 if a committed file differs from a rebuild

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

import { assets } from "./assets.mjs";

const here = fileURLToPath(new URL("./", import.meta.url));
const bundle = new URL("../workspace/static/vendor/editor.js", import.meta.url);
const licences = new URL("../workspace/static/vendor/editor.LICENSES.txt", import.meta.url);

const ONCE = ["yjs", "lib0", "y-protocols", "@codemirror/state", "@codemirror/view"];

// The folder of the package that an input file is from, such as "node_modules/@codemirror/view".
function packageFolder(path) {
  const at = path.lastIndexOf("node_modules/") + "node_modules/".length;
  const scope = path.startsWith("@", at) ? path.indexOf("/", at) + 1 : at;
  return path.slice(0, path.indexOf("/", scope));
}

// Two copies of one of these in a page would not know each other's objects.
function refuseDoubles(folders) {
  for (const name of ONCE) {
    const copies = folders.filter((folder) => folder.endsWith(`node_modules/${name}`));
    if (copies.length !== 1) throw new Error(`${name} is there ${copies.length} times: ${copies.join(", ")}`);
  }
}

async function licenceTexts(folders) {
  const texts = folders.map(async (folder) => {
    const { name, version, license } = JSON.parse(await readFile(`${here}${folder}/package.json`, "utf8"));
    const text = await readFile(`${here}${folder}/LICENSE`, "utf8");
    return `${name} ${version} (${license})\n\n${text.trim()}\n`;
  });
  return (await Promise.all(texts)).join(`\n${"-".repeat(80)}\n\n`);
}

async function editor() {
  const { outputFiles, metafile } = await build({
    absWorkingDir: here,
    entryPoints: ["editor.js"],
    bundle: true,
    format: "esm",
    minify: true,
    target: "es2022",
    legalComments: "none",
    conditions: ["browser", "import"],
    metafile: true,
    write: false,
  });
  // Of what was read, only what has stayed in the bundle.
  const [{ inputs }] = Object.values(metafile.outputs);
  const used = Object.keys(inputs).filter((path) => path.includes("node_modules/") && inputs[path].bytesInOutput > 0);
  const folders = [...new Set(used.map(packageFolder))].sort();
  refuseDoubles(folders);
  return [
    [bundle, Buffer.from(outputFiles[0].contents)],
    [licences, Buffer.from(await licenceTexts(folders))],
  ];
}

const check = process.argv.includes("--check");
const differing = await assets({ check });
for (const [target, content] of await editor()) {
  if (!check) {
    await mkdir(new URL("./", target), { recursive: true });
    await writeFile(target, content);
  } else if (!(await readFile(target).catch(() => null))?.equals(content)) {
    differing.push(fileURLToPath(target));
  }
}
for (const path of differing) console.error(`${path} differs from a rebuild: run make vendor and commit the result`);
process.exitCode = differing.length ? 1 : 0;
