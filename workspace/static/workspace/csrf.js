// The token that the server wants with every request that changes something. It is read anew each time: whoever signed
// in again in another tab has a new one.
export function csrfToken() {
  const cookie = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
  return cookie?.[1] ?? document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
}
