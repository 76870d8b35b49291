// Makes a passkey or signs by one when the form is sent, and sends what the device answered in the field "credential".
//
//   <form method="post" data-module="groups/passkey" data-passkey="create" data-passkey-options="options">
//     <input type="hidden" name="credential"> <button>…</button>
//   </form>
//   <script type="application/json" id="options">{"creation_options": …}</script>
//
// data-passkey="get" asks for a signature; data-passkey-address fetches what is to be signed instead of reading it.

const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));

const toText = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const withIds = (credentials) => credentials?.map((credential) => ({ ...credential, id: toBytes(credential.id) }));

async function options(form) {
  if (form.dataset.passkeyAddress) {
    const answer = await fetch(form.dataset.passkeyAddress, { headers: { Accept: "application/json" } });
    return answer.json();
  }
  return JSON.parse(document.getElementById(form.dataset.passkeyOptions).textContent);
}

async function create(asked, isPasskey) {
  const { publicKey } = asked.creation_options;
  const wanted = {
    ...publicKey,
    challenge: toBytes(publicKey.challenge),
    user: { ...publicKey.user, id: toBytes(publicKey.user.id) },
    excludeCredentials: withIds(publicKey.excludeCredentials),
    authenticatorSelection: {
      ...publicKey.authenticatorSelection,
      residentKey: isPasskey ? "required" : "discouraged",
      requireResidentKey: isPasskey,
      userVerification: isPasskey ? "required" : publicKey.authenticatorSelection?.userVerification,
    },
  };
  const made = await navigator.credentials.create({ publicKey: wanted });
  return described(made, {
    attestationObject: toText(made.response.attestationObject),
    transports: made.response.getTransports?.() ?? [],
  });
}

async function get(asked) {
  const { publicKey } = asked.request_options;
  const wanted = { ...publicKey, challenge: toBytes(publicKey.challenge), allowCredentials: withIds(publicKey.allowCredentials) };
  const signed = await navigator.credentials.get({ publicKey: wanted });
  return described(signed, {
    authenticatorData: toText(signed.response.authenticatorData),
    signature: toText(signed.response.signature),
    userHandle: signed.response.userHandle ? toText(signed.response.userHandle) : null,
  });
}

const described = (credential, response) => ({
  id: credential.id,
  rawId: toText(credential.rawId),
  type: credential.type,
  response: { clientDataJSON: toText(credential.response.clientDataJSON), ...response },
  clientExtensionResults: credential.getClientExtensionResults(),
});

function sayWhy(form, words) {
  let place = form.querySelector("[role=alert]");
  if (!place) {
    place = document.createElement("p");
    place.className = "field-error";
    place.setAttribute("role", "alert");
    form.prepend(place);
  }
  place.textContent = words;
}

export function mount(form) {
  const field = form.elements.namedItem("credential");
  form.hidden = false; // where scripts do not run, a passkey cannot be asked for
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!window.PublicKeyCredential) {
      sayWhy(form, gettext("This browser knows no passkeys, or the page was not reached by a secure address."));
      return;
    }
    try {
      const asked = await options(form);
      const isPasskey = form.elements.namedItem("passwordless")?.checked ?? false;
      const credential = form.dataset.passkey === "create" ? await create(asked, isPasskey) : await get(asked);
      field.value = JSON.stringify(credential);
    } catch {
      sayWhy(form, gettext("No passkey was used. Try again, or choose another way."));
      return;
    }
    form.submit();
  });
}
