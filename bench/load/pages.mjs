// Readers of one page: node pages.mjs '<options as JSON>'
//
//   { port, path, cookie, readers, seconds, expected: [text, ...] }
//
// Each reader asks for the page again once it has it, over one connection. Checks first that the page holds each expected
// text, then waits for a line of input; prints {"ready": true, bytes} and what it saw.

import { Agent, get } from "node:http";

const options = JSON.parse(process.argv[2]);
const agent = new Agent({ keepAlive: true, maxSockets: options.readers });

function page() {
  return new Promise((resolve, reject) => {
    const { port, path, cookie } = options;
    const request = get({ agent, host: "127.0.0.1", port, path, headers: { Cookie: cookie } }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () => {
        if (response.statusCode === 200) resolve(Buffer.concat(chunks));
        else reject(new Error(`${path} answered ${response.statusCode}`));
      });
    });
    request.on("error", reject);
  });
}

const first = (await page()).toString();
for (const text of options.expected) if (!first.includes(text)) throw new Error(`The page lacks ${text}`);
for (let warming = 0; warming < 20; warming += 1) await page();
console.log(JSON.stringify({ ready: true, bytes: first.length }));
await new Promise((resolve) => process.stdin.once("data", resolve));

const times = [];
const begun = performance.now();
const end = begun + options.seconds * 1000;
async function reader() {
  while (performance.now() < end) {
    const asked = performance.now();
    await page();
    times.push(performance.now() - asked);
  }
}
await Promise.all(Array.from({ length: options.readers }, reader));
const seconds = (performance.now() - begun) / 1000;
times.sort((a, b) => a - b);
console.log(JSON.stringify({ pages: times.length, per_second: times.length / seconds, late: times[Math.floor(times.length * 0.99)] }));
process.exit(0);
