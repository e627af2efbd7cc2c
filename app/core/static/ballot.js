// A ballot: keeps what is typed on this device, hides what branching does not reach, and warns of names while one types.
// Without this script the same form works; it then says when a question is asked, and asks about names when it is sent.

const form = document.querySelector("form[data-ballot]");
const sent = document.querySelector("[data-sent]");
const keyOf = (link) => `uplift-ballot-${link}`;
const say = (text) => document.dispatchEvent(new CustomEvent("uplift:say", { detail: text }));
const chosenIn = (within) => [...within.querySelectorAll(":checked:not(option)")];
const later = (wait, action) => {
  let timer;
  return (...given) => { clearTimeout(timer); timer = setTimeout(() => action(...given), wait); };
};

// A browser that forbids storing loses the draft and nothing else.
function stored(key) {
  try { return JSON.parse(localStorage.getItem(key)) || {}; } catch { return {}; }
}
function store(key, value) {
  try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* full, or not allowed */ }
}
function drop(key) {
  try { localStorage.removeItem(key); } catch { /* not allowed */ }
}

// What is kept on the device. It belongs to one ticket: another one in the same browser is somebody else's.
class Draft {
  constructor(form) {
    this.form = form;
    this.key = keyOf(form.dataset.ballot);
    this.mark = form.dataset.draft;
    const found = stored(this.key);
    const own = this.mark && found.mark === this.mark;
    this.kept = own ? found : { mark: this.mark, values: [], opened: Date.now(), reached: [] };
    if (own && !("typed" in form.dataset)) this.restore();
    this.save();
    this.soon = later(300, () => this.save());
  }

  get controls() { return [...this.form.elements].filter((one) => one.name.startsWith("q-")); }

  restore() {
    const values = new Map();
    for (const [name, value] of this.kept.values) values.set(name, [...(values.get(name) || []), value]);
    for (const control of this.controls) {
      const given = values.get(control.name);
      if (control.matches("[type=radio], [type=checkbox]")) control.checked = Boolean(given?.includes(control.value));
      else if (given) control.value = given[0];
    }
  }

  save() {
    if (!this.mark) return;
    const given = this.controls.filter((one) => (one.matches("[type=radio], [type=checkbox]") ? one.checked : one.value));
    this.kept.values = given.map((one) => [one.name, one.value]);
    store(this.key, this.kept);
  }

  forget() {
    for (const control of this.controls) {
      if (control.matches("[type=radio], [type=checkbox]")) control.checked = false;
      else control.value = "";
    }
    this.kept.values = [];
    drop(this.key);
  }
}

// Branching and progress
class Questions {
  constructor(form) {
    this.form = form;
    this.all = [...form.querySelectorAll("[data-question]")];
    this.byKey = new Map(this.all.map((one) => [one.dataset.question, one]));
    this.bar = form.querySelector("[data-progress]");
    this.words = form.querySelector("[data-answered]");
    for (const hint of form.querySelectorAll("[data-when]")) hint.hidden = true;
    for (const question of this.all) this.letClear(question);
    this.show(false);
  }

  // What was answered, in the words by which branching knows it.
  valuesOf(question) {
    const key = question.dataset.question;
    if (question.dataset.kind === "ranking") {
      const places = [...question.querySelectorAll("select")];
      const all = new Set(places.map((one) => one.value).filter(Boolean)).size === places.length;
      return all ? places.map((one) => one.name.slice(`q-${key}:`.length)) : [];
    }
    const row = (one) => one.name.slice(`q-${key}:`.length);
    return chosenIn(question).filter((one) => one.name.startsWith("q-")).map((one) => (question.dataset.kind === "matrix" ? `${row(one)}=${one.value}` : one.value));
  }

  isAnswered(question) {
    if (question.dataset.kind === "text") return question.querySelector("textarea").value.trim() !== "";
    return this.valuesOf(question).length > 0;
  }

  isAsked(question) {
    const before = this.byKey.get(question.dataset.shownBy);
    if (!question.dataset.shownBy) return true;
    if (!before || !this.isAsked(before)) return false;
    const wanted = JSON.parse(question.dataset.shownFor);
    return this.valuesOf(before).some((one) => wanted.includes(one));
  }

  show(spoken = true) {
    const appeared = [];
    for (const question of this.all) {
      const asked = this.isAsked(question);
      if (asked && question.hidden) appeared.push(question);
      question.hidden = !asked;
      const clear = question.querySelector("[data-clear]");
      if (clear) clear.hidden = chosenIn(question).length === 0;
    }
    const here = this.all.filter((one) => !one.hidden);
    const answered = here.filter((one) => this.isAnswered(one)).length;
    this.bar.max = here.length;
    this.bar.value = answered;
    this.words.textContent = `${answered} of ${here.length} answered`;
    if (spoken && appeared.length) say(appeared.length === 1 ? "Your answer adds a question below." : `Your answer adds ${appeared.length} questions below.`);
  }

  // Radio buttons can't be taken back by themselves.
  letClear(question) {
    if ("required" in question.dataset || !question.querySelector("[type=radio][name^='q-']") || question.dataset.kind === "text") return;
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-quiet", textContent: "Clear this answer", hidden: true });
    button.dataset.clear = "";
    button.addEventListener("click", () => {
      for (const one of chosenIn(question)) one.checked = false;
      question.querySelector("input")?.focus();
      this.form.dispatchEvent(new Event("change"));
    });
    question.append(button);
  }
}

// How far one got, once a device and question; sent together, and without anything else.
class Reached {
  constructor(questions, draft) {
    this.draft = draft;
    this.address = `${draft.form.getAttribute("action")}/reached`;
    this.waiting = new Set();
    this.note(0);
    const timers = new Map();
    const watcher = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        clearTimeout(timers.get(target));
        if (isIntersecting) timers.set(target, setTimeout(() => this.note(questions.all.indexOf(target) + 1), 1000));
      }
    }, { threshold: 0.5 });
    for (const question of questions.all) if (!question.dataset.shownBy) watcher.observe(question);
    addEventListener("pagehide", () => this.send());
    document.addEventListener("visibilitychange", () => document.hidden && this.send());
  }

  note(position) {
    if (!this.draft.mark || this.draft.kept.reached.includes(position)) return;
    this.draft.kept.reached.push(position);
    this.waiting.add(position);
  }

  send() {
    if (!this.waiting.size) return;
    const data = new URLSearchParams([...this.waiting].map((one) => ["position", one]));
    this.waiting.clear();
    this.draft.save();
    navigator.sendBeacon(this.address, data);
  }
}

// What a text should not hold
const EMAIL = /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/gu;
const PHONE = /(?<![\w#@./+-])(?:\+\(?\d{1,3}\)?(?:[ ./-]?\(?\d{1,5}\)?){2,6}|\(?0[1-9]\d{0,4}\)?[ ./-]{0,3}\d{3,8}(?:[ ./-]\d{2,8}){0,4})(?!\w)/gu;

class Warning {
  constructor(text) {
    this.text = text;
    this.place = text.closest("[data-question]").querySelector("[data-warning]");
    this.longest = Number(text.dataset.longest);
    this.look = later(900, () => this.now());
    text.addEventListener("input", this.look);
    if (text.value) this.look();
  }

  async now() {
    const value = this.text.value;
    const local = [...value.matchAll(EMAIL), ...value.matchAll(PHONE)].map(([one]) => one.trim());
    this.tell([...new Set(local.filter((one) => one.includes("@") || one.replace(/\D/g, "").length > 8))]);
    if (!/\p{Lu}/u.test(value)) return;
    const found = await this.ask(value);
    if (found && value === this.text.value) this.tell([...new Set(found.map((one) => one.text))]);
  }

  async ask(text) {
    try {
      const response = await fetch(`${this.text.form.getAttribute("action")}/names`, { method: "POST", body: new URLSearchParams({ text }), headers: { Accept: "application/json" } });
      return response.ok ? (await response.json()).found : null;
    } catch { return null; }
  }

  tell(found) {
    const quoted = found.slice(0, 5).map((one) => `“${one}”`).join(", ");
    const over = this.text.value.length - this.longest;
    const long = over > 0 ? `It is ${over} ${over === 1 ? "character" : "characters"} too long. ` : "";
    const words = long + (found.length ? `This may point at somebody: ${quoted}. Leave it out if you can; we ask again before anything is sent.` : "");
    if (this.place.textContent !== words) this.place.textContent = words;
  }
}

function minutesSince(opened) {
  const minutes = (Date.now() - opened) / 60000;
  return minutes < 2 ? "0-2" : minutes < 5 ? "2-5" : minutes < 10 ? "5-10" : "10+";
}

if (sent) drop(keyOf(sent.dataset.sent));
if (form) {
  const draft = new Draft(form);
  const questions = new Questions(form);
  const reached = new Reached(questions, draft);
  for (const text of form.querySelectorAll("textarea[data-longest]")) new Warning(text);
  for (const name of ["input", "change"]) {
    form.addEventListener(name, () => { draft.soon(); questions.show(); });
  }
  form.addEventListener("submit", (event) => {
    if (form.hasAttribute("aria-busy")) return event.preventDefault(); // a second click
    form.setAttribute("aria-busy", "true");
    form.elements.minutes.value = minutesSince(draft.kept.opened);
    draft.save();
    reached.send();
  });
  addEventListener("pagehide", () => draft.save());
  addEventListener("pageshow", () => form.removeAttribute("aria-busy"));
  form.querySelector("[data-forget]").addEventListener("click", () => {
    if (!confirm("Forget everything that you typed here?")) return;
    draft.forget();
    questions.show();
    say("Forgotten");
  });
}
