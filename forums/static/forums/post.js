// One post of a topic in the page: made from an event by the page's pattern, changed, emptied, reacted to.
//
//   <template data-part="post-template"><li class="post">… <footer class="post-foot">…</footer></li></template>

import { pause } from "./http.js";
import { initials } from "../workspace/initials.js";
import { mountAll } from "../workspace/modules.js";

const isDeleted = (post) => post.classList.contains("is-deleted");

// Which links stand below it, for this reader.
export function showFoot(section, post) {
  const { mayPost, moderates, me } = section.dataset;
  const isMine = mayPost !== undefined && post.dataset.author === me;
  const isModerated = moderates !== undefined;
  const gone = isDeleted(post);
  const isShown = {
    quote: !gone && document.querySelector(".composer") !== null,
    edited: !gone && post.dataset.revision !== "0",
    deleted: gone && isModerated,
    edit: !gone && isMine,
    delete: !gone && (isMine || isModerated),
    answer: !gone && post.dataset.number !== "1" && !("resolved" in section.dataset),
  };
  for (const link of post.querySelectorAll("[data-link]")) link.hidden = !isShown[link.dataset.link];
  post.querySelector('[data-part="reactions"]').hidden = gone;
}

export function showBody(post, html) {
  const body = post.querySelector('[data-part="body"]');
  body.innerHTML = html;
  mountAll(body);
}

// A text too long for an event. While it cannot be had, a link leads to it.
export async function fetchBody(section, post, attempt = 0) {
  const { topic, url } = section.dataset;
  const { number, revision } = post.dataset;
  const answer = await fetch(`/api/topics/${topic}/posts/${number}`).catch(() => null);
  const html = answer?.ok ? (await answer.json().catch(() => null))?.html : undefined;
  if (!post.isConnected || isDeleted(post) || post.dataset.revision !== revision) return;
  if (html !== undefined) {
    showBody(post, html);
    return;
  }
  const words = document.createElement("a");
  words.href = `${url}?from=${number}#post-${number}`;
  words.textContent = gettext("This text could not be loaded. Show the post on its own page.");
  post.querySelector('[data-part="body"]').replaceChildren(words);
  setTimeout(() => fetchBody(section, post, attempt + 1), pause(attempt));
}

export function build(section, { number, author, created_at: createdAt }) {
  const { url } = section.dataset;
  const post = section.querySelector('[data-part="post-template"]').content.firstElementChild.cloneNode(true);
  const slot = (name) => post.querySelector(`[data-slot="${name}"]`);
  post.id = `post-${number}`;
  post.dataset.number = number;
  post.dataset.author = author.id;
  post.querySelector("article").setAttribute("aria-labelledby", `post-${number}-by`);
  slot("byline").id = `post-${number}-by`;
  slot("initials").textContent = initials(author.name);
  slot("name").textContent = author.name;
  const region = author.region_name ? ` (${author.region_name})` : "";
  slot("home").textContent = author.organisation ? `, ${author.organisation}${region}` : "";
  slot("region").textContent = author.region_code;
  slot("region").title = author.region_name;
  slot("link").href = `${url}?from=${number}#post-${number}`;
  slot("number").textContent = `#${number}`;
  const time = slot("time");
  time.dateTime = createdAt;
  time.title = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", timeStyle: "short" }).format(new Date(createdAt));
  time.textContent = gettext("just now");
  time.dataset.module = "workspace/when";
  for (const link of post.querySelectorAll(".post-foot a")) link.href = link.getAttribute("href").replace("/posts/0/", `/posts/${number}/`);
  const reactions = post.querySelector('[data-part="reactions"]');
  reactions.action = reactions.getAttribute("action").replace("/posts/0/", `/posts/${number}/`);
  for (const button of post.querySelectorAll('[data-link="answer"] button')) button.value = number;
  return post;
}

export function bury(section, post) {
  post.classList.add("is-deleted");
  const words = document.createElement("p");
  words.className = "muted";
  words.dataset.part = "body";
  words.textContent = gettext("This post was deleted.");
  post.querySelector('[data-part="body"]').replaceWith(words);
  showFoot(section, post);
}

// Everybody who reacted, by kind, as it is now.
export function showReactions(section, post, reactions) {
  const people = new Map(reactions.map((one) => [one.kind, one.people]));
  for (const button of post.querySelectorAll(".reaction")) {
    const chosen = people.get(button.value) ?? [];
    const names = chosen.map(({ name }) => name).join(", ");
    const isMine = chosen.some(({ id }) => String(id) === section.dataset.me);
    button.dataset.count = chosen.length;
    button.name = isMine ? "remove" : "add";
    button.title = names;
    button.setAttribute("aria-pressed", String(isMine));
    button.querySelector(".reaction-count").textContent = chosen.length ? ` ${chosen.length}` : "";
    button.querySelector('[data-slot="names"]').textContent = names ? `: ${names}` : "";
  }
}

// Marks the post that answers the topic (its number, or null), and lets no other be chosen while it is resolved.
export function showAnswer(section, number, isResolved) {
  section.toggleAttribute("data-resolved", isResolved);
  for (const post of section.querySelectorAll('[data-part="posts"] > .post')) {
    const isAnswer = Number(post.dataset.number) === number;
    post.classList.toggle("is-answer", isAnswer);
    post.querySelector('[data-slot="answer"]').hidden = !isAnswer;
    showFoot(section, post);
  }
}
