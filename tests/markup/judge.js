// Judges what stands inside elements that a selector names. Put into a page before its own scripts run.
// What a reader might do to every element that a text became.
window.provoke = (within) => {
  for (const element of document.querySelectorAll(`${within} *`)) {
    for (const type of ["mouseover", "mouseenter", "focus", "click", "pointerdown", "animationstart"]) {
      const event = new Event(type, {bubbles: true, cancelable: true});
      element.addEventListener("click", e => e.preventDefault(), {once: true});
      element.dispatchEvent(event);
    }
  }
  return new Promise(done => requestAnimationFrame(() => setTimeout(done)));
};
// Everything there that may not be there.
window.found = (within) => {
  const tags = new Set("P BR HR H2 H3 H4 H5 H6 BLOCKQUOTE PRE CODE UL OL LI STRONG EM DEL SUP SPAN A IMG LABEL INPUT DIV SECTION TABLE THEAD TBODY TR TH TD".split(" "));
  const attributes = new Set("href rel title id role src alt loading decoding class start scope tabindex type disabled checked lang".split(" "));
  const pristine = document.implementation.createHTMLDocument("");
  const wrong = [];
  for (const element of document.querySelectorAll(`${within} *`)) {
    const what = element.outerHTML.slice(0, 200);
    if (!tags.has(element.tagName)) wrong.push("element " + what);
    for (const {name, value} of element.attributes) {
      if (!attributes.has(name)) wrong.push("attribute " + name + ": " + what);
      if (name === "id" && (value in pristine || value in window && !/^fn(ref)?-[0-9a-f]{8}-\d+$/.test(value))) wrong.push("clobbers: " + what);
    }
    if (element.tagName === "A") {
      if (!["http:", "https:", "mailto:"].includes(element.protocol)) wrong.push("leads to " + element.protocol + ": " + what);
      if (!/\bnoopener\b/.test(element.rel) || !/\bnofollow\b/.test(element.rel)) wrong.push("rel: " + what);
      const raw = element.getAttribute("href");
      if (element.host === location.host ? false : !/^(https?:\/\/|mailto:)/i.test(raw)) wrong.push("a disguised host: " + what);
    }
    if (element.tagName === "IMG" && !/^\/files\/[0-9a-f-]{36}\/(small|medium|large)$/.test(element.getAttribute("src"))) wrong.push("image: " + what);
    if (element.tagName === "INPUT" && (element.type !== "checkbox" || !element.disabled)) wrong.push("input: " + what);
  }
  return wrong;
};
