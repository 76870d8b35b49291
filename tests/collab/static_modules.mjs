// Lets Node find what own modules import from where the pages find it: "../live/live.js" beside a room's own files is
// live/static/live/live.js, and "../vendor/editor.js" the committed bundle.
import { register } from "node:module";

const root = new URL("../../", import.meta.url).href;
const hooks = `export async function resolve(specifier, context, next) {
  const [, room, file] = /^\\.\\.\\/([a-z]+)\\/([a-z_]+\\.js)$/.exec(specifier) ?? [];
  const folder = room === "vendor" ? "workspace/static/vendor/" : room + "/static/" + room + "/";
  const found = await next(room && context.parentURL?.includes("/static/") ? ${JSON.stringify(root)} + folder + file : specifier, context);
  return found.url.includes("/static/") ? { ...found, format: "module" } : found;
}`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
globalThis.gettext = (text) => text;
