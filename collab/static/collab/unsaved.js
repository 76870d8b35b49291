// Remembers in which texts of a document something was typed here since everything was saved last.

/**
 * `texts()` are the names of those texts, `waiting` at first (what was typed before, without a network); `provider` says
 * when everything is saved; `onChange(texts)` is told of each change.
 *
 *     const texts = unsavedTexts(doc, provider, { waiting: kept.waiting, onChange: (texts) => kept.wait(texts) });
 */
export function unsavedTexts(doc, provider, { waiting = new Set(), onChange = () => {} } = {}) {
  const names = new Set(waiting);
  doc.on("afterTransaction", ({ local, changed }) => {
    if (!local) return;
    const before = names.size;
    for (const [name, text] of doc.share) if (changed.has(text)) names.add(name);
    if (names.size !== before) onChange(names);
  });
  provider.addEventListener("state", () => {
    if (provider.state !== "saved" || !names.size) return;
    names.clear();
    onChange(names);
  });
  return () => names;
}
