// An open attempt: saves every change at once, counts the time, keeps the map of questions true.
// Without this script the same form saves by its buttons.

const RETRY = 5000;
const TYPING = 800;
const form = document.querySelector("form[data-attempt]");
const status = document.querySelector("[data-save-status]");
const refused = document.querySelector("[data-refused]");
const timer = document.querySelector("[data-timer]");
const states = new Map();
let leaving = false;

function say(text, kind) {
  status.textContent = text;
  status.classList.toggle("is-saved", kind === "saved");
  status.classList.toggle("is-waiting", kind === "waiting");
}

function refuse(text) {
  say("not saved", "waiting");
  refused.querySelector("[data-words]").textContent = text;
  refused.hidden = false;
}

function stateOf(question) {
  if (!states.has(question)) states.set(question, { busy: false, unsaved: false, wait: 0 });
  return states.get(question);
}

function given(question) {
  const data = new URLSearchParams({ csrf_token: form.elements.csrf_token.value });
  for (const input of question.querySelectorAll("input, select, textarea")) {
    const ticked = !["radio", "checkbox"].includes(input.type) || input.checked;
    if (input.name && input.type !== "hidden" && ticked) data.append(input.name, input.value);
  }
  return data;
}

function showOnMap(question) {
  const number = question.dataset.question;
  const place = form.querySelector(`[data-map="${number}"]`);
  if (!place) return;
  const data = given(question);
  const answered = data.getAll(`answer-${number}`).some((value) => value.trim() !== "");
  const flagged = data.has(`flag-${number}`);
  place.classList.toggle("is-answered", answered);
  place.classList.toggle("is-empty", !answered);
  place.classList.toggle("is-flagged", flagged);
  place.setAttribute("aria-label", `Question ${number}, ${answered ? "answered" : "not answered"}${flagged ? ", flagged" : ""}`);
}

function post(question) {
  return fetch(`${form.action}/${question.dataset.question}`, {
    method: "POST", body: given(question), headers: { Accept: "application/json" }, keepalive: true,
  });
}

// After signing in again the token of this page is old: take that of a fresh copy.
async function renewToken() {
  const copy = await fetch(location.href, { headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await copy.text(), "text/html");
  const fresh = page.querySelector("form[data-attempt] [name=csrf_token]");
  if (fresh) form.elements.csrf_token.value = fresh.value;
  return Boolean(fresh);
}

async function save(question) {
  const state = stateOf(question);
  state.unsaved = true;
  clearTimeout(state.wait);
  if (state.busy) return;
  state.busy = true;
  while (state.unsaved) {
    state.unsaved = false;
    let answer;
    try {
      answer = await post(question);
      if ([400, 401].includes(answer.status) && await renewToken()) answer = await post(question);
    } catch {
      answer = null;
    }
    if (answer?.ok) {
      const { saved_at } = await answer.json();
      refused.hidden = true;
      if (!waiting()) say(`saved ${saved_at}`, "saved");
    } else if (!answer || answer.status === 401 || answer.status === 429 || answer.status >= 500) {
      // The answer stays on the page and is sent again.
      state.unsaved = true;
      state.wait = setTimeout(() => save(question), RETRY);
      if (answer?.status === 401) refuse("You are signed out. Sign in in another tab; this page then saves.");
      else say("not saved yet; trying again", "waiting");
      break;
    } else {
      const { detail } = await answer.json().catch(() => ({}));
      refuse(detail || "This answer was not saved. Reload the page and give it again.");
    }
  }
  state.busy = false;
}

function waiting() {
  return [...states.values()].some((state) => state.unsaved);
}

function changed(event, delay) {
  const question = event.target.closest("[data-question]");
  if (!question) return;
  // From here on the form's own buttons send this question whatever it says: it may have changed back since.
  question.querySelector(`[name="seen-${question.dataset.question}"]`).value = "*";
  const state = stateOf(question);
  clearTimeout(state.wait);
  showOnMap(question);
  if (delay) {
    state.unsaved = true;
    state.wait = setTimeout(() => save(question), delay);
  } else {
    save(question);
  }
}

function words(milliseconds) {
  const minutes = Math.floor(milliseconds / 60000);
  if (minutes < 1) return "Less than a minute";
  const hours = Math.floor(minutes / 60);
  const parts = [];
  if (hours) parts.push(`${hours} hour${hours === 1 ? "" : "s"}`);
  if (minutes % 60) parts.push(`${minutes % 60} minute${minutes % 60 === 1 ? "" : "s"}`);
  return parts.join(" ");
}

function count() {
  const start = Date.now();
  const total = Number(timer.dataset.deadline) - Number(timer.dataset.now);
  const left = timer.querySelector("[data-left]");
  const spoken = timer.dataset.spoken.split(" ").map(Number);
  let before = total;
  const tick = () => {
    const now = total - (Date.now() - start);
    for (const minutes of spoken) {
      if (before > minutes * 60000 && now <= minutes * 60000) {
        document.dispatchEvent(new CustomEvent("uplift:say", { detail: `${minutes} minute${minutes === 1 ? "" : "s"} left` }));
      }
    }
    before = now;
    timer.classList.toggle("is-short", now <= spoken[0] * 60000);
    if (now <= 0) {
      clearInterval(ticking);
      left.textContent = "The time is over";
      leaving = true;
      location.assign(timer.dataset.after);
      return;
    }
    const text = `${words(now)} left`;
    if (left.textContent !== text) left.textContent = text;
  };
  const ticking = setInterval(tick, 1000);
  tick();
}

if (form) {
  form.addEventListener("change", (event) => changed(event, 0));
  form.addEventListener("input", (event) => {
    if (event.target.matches("textarea, input[type=text], input[type=number]")) changed(event, TYPING);
  });
  form.addEventListener("submit", () => { leaving = true; });
  window.addEventListener("online", () => { for (const [question, state] of states) if (state.unsaved) save(question); });
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  window.addEventListener("beforeunload", (event) => { if (waiting() && !leaving) event.preventDefault(); });
}
if (timer) count();
