// What pages gain where JavaScript runs; everything works without it.
//
// form[data-autosave]            posts itself as one types; says "saved 14:02" in its [data-save-status], or the page's
// form[data-async][data-target]  sends itself and swaps the element that data-target names; GET keeps the address
// form[data-async][data-auto]    does so at every change of a control, too
// form[data-guard]               asks before leaving with changes that were not sent
// [data-copy="text or #id"], [data-print], [data-open-keys]
// [data-search]                  is focused by "/"
// [data-key="n"]                 is clicked by that key, and listed with its data-key-label or text
// [data-reading-progress]        a <progress>: how far [data-reading] is read; .toc links mark where one is
// uplift:say                     an event on document whose detail is spoken; uplift:saved and uplift:swapped tell of those

const root = document.documentElement;
const find = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const parsed = (html) => new DOMParser().parseFromString(html, "text/html");
const made = (name, textContent = "") => Object.assign(document.createElement(name), { textContent });
const tell = (element, name) => element.dispatchEvent(new CustomEvent(`uplift:${name}`, { bubbles: true }));
root.classList.add("has-js");

// Speech: results only
let speaking;
function say(text) {
  const region = find("[data-live]");
  if (!region || !text) return;
  region.textContent = "";
  clearTimeout(speaking);
  speaking = setTimeout(() => { region.textContent = text; }, 60);
}
document.addEventListener("uplift:say", (event) => say(event.detail));

// Answers
const asked = { Accept: "application/json, text/html;q=0.5", "X-Requested-With": "fetch" };
const isSignIn = (response) => response.redirected && new URL(response.url).pathname === "/login";

async function detailOf(response) {
  try { return (await response.json()).detail || ""; } catch { return ""; }
}

// After signing in again the page's tokens are old: take those of a fresh copy.
async function renewTokens() {
  const response = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!response.ok || isSignIn(response)) return false;
  const fresh = find("[name=csrf_token]", parsed(await response.text()));
  if (fresh) for (const token of all("[name=csrf_token]")) token.value = fresh.value;
  return Boolean(fresh);
}

// Autosave
const clock = (date) => date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const savers = new Map();
const WAITS = [2, 4, 8, 15, 30, 60];

class Saver {
  constructor(form) {
    this.form = form;
    this.changed = 0; // counts changes; what is saved is known by its count when sent
    this.saved = 0;
    this.failures = 0;
    this.stopped = false;
  }

  get status() { return find("[data-save-status]", this.form) || find("[data-save-status]"); }
  get dirty() { return this.changed > this.saved; }

  show(text, state) {
    const place = this.status;
    if (!place) return;
    place.textContent = text;
    place.classList.add("save-status");
    place.classList.toggle("is-saved", state === "saved");
    place.classList.toggle("is-waiting", state === "waiting");
  }

  note(wait) {
    this.changed += 1;
    this.stopped = false;
    if (!this.failures) this.show("saving …", "");
    this.later(wait);
  }

  later(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), wait);
  }

  request(keepalive) {
    const address = this.form.dataset.autosave || this.form.getAttribute("action") || location.href;
    return fetch(address, { method: "POST", body: new FormData(this.form), headers: asked, keepalive });
  }

  send() {
    if (this.sending || !this.dirty || this.stopped) return this.sending || Promise.resolve();
    clearTimeout(this.timer);
    this.sending = this.attempt(this.changed).finally(() => {
      this.sending = null;
      if (this.dirty && !this.failures && !this.stopped) this.later(0);
    });
    return this.sending;
  }

  async attempt(count) {
    let response;
    try {
      response = await this.request(false);
      if (response.status === 400 && await renewTokens()) response = await this.request(false);
    } catch {
      return this.retry("Not saved yet: there is no connection.");
    }
    if (isSignIn(response) || response.status === 401) {
      if (this.failures) await renewTokens().catch(() => false);
      return this.retry("Not saved yet: you are signed out. Sign in in another tab; this page then saves.", 5);
    }
    if (response.ok) return this.succeed(count, response);
    if (response.status === 429 || response.status >= 500) return this.retry("Not saved yet: the server is busy.");
    return this.stop(response.status, await detailOf(response));
  }

  async succeed(count, response) {
    const given = response.status === 204 ? "" : (await response.json().catch(() => ({}))).saved_at || "";
    const time = /^\d\d:\d\d$/.test(given) ? given : clock(given ? new Date(given) : new Date());
    this.saved = count;
    if (this.failures) say(`saved ${time}`);
    this.failures = 0;
    this.show(`saved ${time}`, "saved");
    tell(this.form, "saved");
  }

  retry(words, atLeast = 0) {
    const wait = Math.max(WAITS[Math.min(this.failures, WAITS.length - 1)], atLeast);
    this.failures += 1;
    this.show(`${words} Keep this page open; the next try is in ${wait} seconds.`, "waiting");
    if (this.failures === 1) say(`${words} Keep this page open.`);
    this.later(wait * 1000);
  }

  stop(status, detail) {
    const todo = { 403: "Copy what you typed before you leave.", 409: "Reload the page to see how it stands now.", 422: "Change it, and it is saved." };
    const words = `Not saved: ${detail || "this page is out of date."} ${todo[status] || "Copy what you typed, then reload the page."}`;
    this.stopped = true;
    this.failures = 0;
    this.show(words, "waiting");
    say(words);
  }

  // Sends what is left in a request that outlives the page.
  leave() {
    if (!this.dirty || this.stopped) return;
    clearTimeout(this.timer);
    const count = this.changed;
    this.request(true).then((response) => { if (response.ok && !isSignIn(response)) this.saved = count; }).catch(() => {});
  }
}

const saverOf = (form) => savers.get(form) || savers.set(form, new Saver(form)).get(form);
const unsaved = () => [...savers.values()].filter((saver) => saver.dirty && saver.form.isConnected);
const settle = () => Promise.race([Promise.all(unsaved().map((saver) => saver.send())), new Promise((done) => { setTimeout(done, 1500); })]);

for (const [name, typing] of [["input", 900], ["change", 0]]) {
  document.addEventListener(name, (event) => {
    const form = event.target.form;
    if (!form) return;
    if (form.matches("[data-guard]")) form.dataset.guard = "changed";
    if (form.matches("[data-autosave]") && !event.target.closest("[data-no-save]")) {
      const chosen = event.target.matches("select, [type=radio], [type=checkbox]");
      // Text tells of a change twice: typed, and when one leaves the field.
      if (name === "input" ? !chosen : chosen) saverOf(form).note(typing);
      else if (name === "change") saverOf(form).send();
    }
    if (name === "change" && form.matches("[data-async][data-auto]")) form.requestSubmit();
  });
}
addEventListener("online", () => unsaved().forEach((saver) => saver.send()));
const leave = () => unsaved().forEach((saver) => saver.leave());
addEventListener("pagehide", leave);
document.addEventListener("visibilitychange", () => document.hidden && leave());
addEventListener("beforeunload", (event) => {
  const lost = unsaved().some((saver) => saver.failures || saver.stopped);
  if (lost || find('form[data-guard="changed"]')) event.preventDefault();
});

// Whoever goes on while something is on its way waits a moment.
document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[href]");
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  if (link.origin !== location.origin || link.target || link.hash || !unsaved().length) return;
  event.preventDefault();
  await settle();
  location.assign(link.href);
});

// Forms
document.addEventListener("submit", async (event) => {
  const form = event.target;
  const button = event.submitter;
  if (event.defaultPrevented) return;
  delete form.dataset.guard;
  if (form.matches("[data-theme-form]")) return chooseTheme(event, button);
  if (savers.has(form)) savers.get(form).saved = savers.get(form).changed;
  if (unsaved().length && !("settled" in form.dataset)) {
    event.preventDefault();
    await settle();
    form.dataset.settled = "";
    return form.requestSubmit(button);
  }
  if (form.matches("[data-async]") && form.dataset.target) {
    event.preventDefault();
    // A disabled button would lose the focus: a second click is simply not heard.
    if (!form.hasAttribute("aria-busy")) return sendAsync(form, button);
  }
});

async function sendAsync(form, button) {
  const data = new FormData(form, button);
  const address = new URL(button?.getAttribute("formaction") || form.getAttribute("action") || location.href, location.href);
  const isGet = form.method === "get";
  if (isGet) address.search = new URLSearchParams([...data].filter(([, value]) => value !== ""));
  form.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(address, { method: form.method, body: isGet ? null : data, headers: { Accept: "text/html", "X-Requested-With": "fetch" } });
    if (isSignIn(response)) return location.assign(response.url);
    swap(form, parsed(await response.text()));
    if (isGet) history.replaceState(null, "", address);
  } catch {
    explain(form, "Not sent: there is no connection. What you entered is still here.");
  } finally {
    form.removeAttribute("aria-busy");
  }
}

function swap(form, page) {
  const fresh = find(form.dataset.target, page);
  const old = find(form.dataset.target);
  if (!fresh || !old) return explain(form, all("h1, .lead", page).map((part) => part.textContent.trim()).join(". "));
  find("[data-problem]")?.remove();
  const focused = old.contains(document.activeElement) && document.activeElement;
  old.replaceWith(document.adoptNode(fresh));
  // One goes on where one was: at the same control, or at the one of its kind.
  if (focused) (find("[data-focus]", fresh) || (focused.id && document.getElementById(focused.id)) || find(focused.localName, fresh))?.focus();
  const spoken = find("[data-say], .feedback, .notice", fresh);
  say(spoken && (spoken.dataset.say || spoken.textContent.trim().replace(/\s+/g, " ")));
  tell(fresh, "swapped");
}

function explain(form, words) {
  find("[data-problem]")?.remove();
  const notice = made("div", words);
  notice.className = "notice notice-bad";
  notice.dataset.problem = "";
  notice.role = "alert";
  form.before(notice);
}

// Light or dark
function chooseTheme(event, button) {
  event.preventDefault();
  const chosen = button?.value || "auto";
  const age = chosen === "auto" ? 0 : 31536000;
  document.cookie = `theme=${chosen}; path=/; max-age=${age}; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
  root.dataset.bsTheme = chosen;
  for (const choice of all(".theme-choice")) choice.setAttribute("aria-pressed", String(choice.value === chosen));
}

// Keys. Single keys can be switched off: speech input presses them by mistake.
const keysOn = () => localStorage.getItem("keys") !== "off";

function showKeys() {
  let dialog = find("dialog.keys");
  if (!dialog) {
    dialog = made("dialog");
    dialog.className = "keys";
    dialog.setAttribute("aria-labelledby", "keys-title");
    document.body.append(dialog);
  }
  const rows = [["?", "Show these keys"], ["Esc", "Close what is open"]];
  if (find("[data-search]")) rows.unshift(["/", "Search"]);
  for (const place of all("[data-key]")) rows.push([place.dataset.key, place.dataset.keyLabel || place.textContent.trim()]);
  dialog.innerHTML = '<h2 id="keys-title">Keys</h2><dl></dl><div class="form-check"><input class="form-check-input" type="checkbox" id="keys-on"><label class="form-check-label" for="keys-on">Single keys do these things</label></div><form method="dialog"><button class="btn btn-secondary">Close</button></form>';
  for (const [key, meaning] of rows) {
    const name = made("dt");
    name.append(made("kbd", key));
    find("dl", dialog).append(name, made("dd", meaning));
  }
  const box = find("#keys-on", dialog);
  box.checked = keysOn();
  box.addEventListener("change", () => localStorage.setItem("keys", box.checked ? "on" : "off"));
  dialog.showModal();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !keysOn()) return;
  if (event.target.closest("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable], dialog")) return;
  const named = all("[data-key]").find((place) => place.dataset.key === event.key);
  if (event.key === "?") showKeys();
  else if (event.key === "/" && find("[data-search]")) find("[data-search]").focus();
  else if (named) named.click();
  else return;
  event.preventDefault();
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy], [data-print], [data-open-keys]");
  if (!button) return;
  if (button.matches("[data-print]")) return window.print();
  if (button.matches("[data-open-keys]")) return showKeys();
  const wanted = button.dataset.copy;
  const source = wanted.startsWith("#") ? find(wanted) : null;
  await navigator.clipboard.writeText(source ? source.value || source.textContent.trim() : wanted);
  say("Copied");
  if (button.textContent === "Copied") return;
  const words = button.textContent;
  button.textContent = "Copied";
  setTimeout(() => { button.textContent = words; }, 2000);
});

// Reading
const line = find("progress[data-reading-progress]");
const text = find("[data-reading]");
if (line && text) {
  const draw = () => {
    const { top, height } = text.getBoundingClientRect();
    const length = Math.max(height - innerHeight, 1);
    line.value = line.max * Math.min(Math.max(-top / length, 0), 1);
  };
  addEventListener("scroll", draw, { passive: true });
  draw();
}
const places = all('.toc a[href^="#"]').map((link) => [link, document.getElementById(decodeURIComponent(link.hash.slice(1)))]).filter(([, part]) => part);
if (places.length) {
  const mark = () => {
    const here = places.findLast(([, part]) => part.getBoundingClientRect().top < 140);
    for (const [link] of places) {
      if (here && link === here[0]) link.setAttribute("aria-current", "location");
      else link.removeAttribute("aria-current");
    }
  };
  addEventListener("scroll", mark, { passive: true });
  mark();
}

find("[data-focus]")?.focus();
