// Talks to our HTTP API as the person who is signed in.

import { csrfToken } from "../workspace/csrf.js";

// Resolves to {status, data} whatever the answer is; rejects where there is none.
export async function send(method, url, body, { headers = {}, ...options } = {}) {
  const answer = await fetch(url, {
    method,
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken(), ...headers },
    body: JSON.stringify(body),
    ...options,
  });
  const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
  return { status: answer.status, data: isJson ? await answer.json() : {} };
}

// An idempotency key: what is sent again under the same key is done once.
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Milliseconds to wait before the next of several attempts: longer each time, never the same for everybody.
export function pause(attempt) {
  return Math.min(1000 * 2 ** attempt, 15000) * (0.75 + Math.random() / 2);
}
