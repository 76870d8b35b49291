// Keeps relative times true while a page stays open; a click shows the exact time in the reader's own zone: that of
// their profile, as the server wrote it into the title, or for the public that of their device.
//
//   <time datetime="2012-03-01T09:30:00+00:00" title="1 March 2012, 10:30" data-module="workspace/when">3 hours ago</time>

import { dayOf, exactly, locale } from "./dates.js";

const relative = new Intl.RelativeTimeFormat(locale, { numeric: "always" });
const WEEK = 7 * 24 * 60;
const elements = new Set();

function words(moment) {
  const minutes = Math.floor((Date.now() - moment) / 60000);
  if (minutes < 0 || minutes > WEEK) return dayOf(moment);
  if (minutes < 1) return gettext("just now");
  if (minutes < 60) return relative.format(-minutes, "minute");
  if (minutes < 24 * 60) return relative.format(-Math.floor(minutes / 60), "hour");
  return relative.format(-Math.floor(minutes / (24 * 60)), "day");
}

function show(element) {
  if (element.dataset.exact !== undefined) return;
  element.textContent = words(Date.parse(element.dateTime));
}

setInterval(() => {
  for (const element of elements) {
    if (element.isConnected) show(element);
    else elements.delete(element);
  }
}, 30000);

export function mount(element) {
  elements.add(element);
  if (!element.title || !("person" in document.body.dataset)) element.title = exactly(Date.parse(element.dateTime));
  element.addEventListener("click", () => {
    if (element.dataset.exact === undefined) {
      element.dataset.exact = "";
      element.textContent = element.title;
    } else {
      delete element.dataset.exact;
      show(element);
    }
  });
}
