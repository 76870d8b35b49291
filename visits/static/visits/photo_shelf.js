// Photos that were chosen and that the server has not logged yet, kept on this device per person and form, so that a
// phone that drops the page loses none. Where a browser keeps nothing, nothing is kept and all else works.

const DAYS = 30;

function opened() {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open("visit-photos", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("photos", { keyPath: "key" });
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
}

// Runs work(store) in one transaction and resolves to what it returns or requests; to null where that cannot be.
async function within(mode, work) {
  try {
    const database = await opened();
    try {
      return await new Promise((resolve, reject) => {
        const transaction = database.transaction("photos", mode);
        const request = work(transaction.objectStore("photos"));
        transaction.oncomplete = () => resolve(request?.result ?? null);
        transaction.onabort = () => reject(transaction.error);
      });
    } finally {
      database.close();
    }
  } catch {
    return null;
  }
}

export class PhotoShelf {
  // form: which form of which visit the photos are for, "visit:3:new".
  constructor(form) {
    this.form = `${document.body.dataset.person ?? ""}:${form}`;
  }

  // Everything that is kept for this form, the oldest first; what is older than a month goes.
  async all() {
    const kept = (await within("readonly", (store) => store.getAll())) ?? [];
    const oldest = Date.now() - DAYS * 24 * 3600 * 1000;
    for (const photo of kept) if (photo.at < oldest) await this.forget(photo.key);
    return kept.filter((photo) => photo.form === this.form && photo.at >= oldest).sort((a, b) => a.at - b.at);
  }

  // photo: {key, at, file, id, description}; file is null once the server has it under id.
  keep(photo) {
    return within("readwrite", (store) => store.put({ at: Date.now(), ...photo, form: this.form }));
  }

  forget(key) {
    return within("readwrite", (store) => store.delete(key));
  }

  async clear() {
    for (const photo of await this.all()) await this.forget(photo.key);
  }
}
