/**
 * A visitor who took an offered call said yes already, under the name that they have in the chat: the door opens by itself.
 *
 * The name comes behind the address's `#`, which is sent to no server, and is taken out of it at once. Where the door refuses it, the form
 * stands there with it as everybody's does.
 */

const name = new URLSearchParams(location.hash.slice(1)).get("as");
const form = document.querySelector("main form");
const field = form?.querySelector("[name=name]");
if (name && form instanceof HTMLFormElement && field instanceof HTMLInputElement) {
  history.replaceState(null, "", location.pathname);
  field.value = name.slice(0, field.maxLength);
  form.requestSubmit();
}
