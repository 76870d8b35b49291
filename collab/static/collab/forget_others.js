// On every page: takes off this device what documents and pages others kept on it, all of it where nobody is signed in.
//
//   <div data-module="collab/forget_others"></div>

import { forgetOthers } from "./copies.js";

export function mount() {
  return forgetOthers();
}
