// A lesson: remembers how far down one has read, on every device, and keeps two windows from overwriting a note.

const text = document.querySelector("[data-reading]");
const note = document.querySelector("[data-note]");
const link = document.querySelector("[data-resume]");
const stopped = Number(text.dataset.stopped);

// Where one is: the part of the text above the window, in percent.
function percent() {
  const { top, height } = text.getBoundingClientRect();
  const above = top < 0 ? -top : 0;
  const atEnd = top + height <= innerHeight;
  return atEnd ? 100 : Math.min(100, Math.round((100 * above) / Math.max(height, 1)));
}

let kept = stopped;
let caughtUp = stopped === 0; // until one is back where one stopped, that place is kept
let opened = false;
let timer;

function keep() {
  const here = percent();
  caughtUp ||= here >= stopped - 5;
  const value = caughtUp ? here : stopped;
  if (opened && Math.abs(value - kept) < 2) return;
  opened = true;
  kept = value;
  const body = new FormData();
  body.set("csrf_token", note.elements.csrf_token.value);
  body.set("percent", value);
  fetch(text.dataset.position, { method: "POST", body, keepalive: true }).catch(() => { opened = false; });
}

addEventListener("scroll", () => { clearTimeout(timer); timer = setTimeout(keep, 1500); }, { passive: true });
addEventListener("pagehide", () => { if (opened) keep(); });
document.addEventListener("visibilitychange", () => { if (opened && document.visibilityState === "hidden") keep(); });
timer = setTimeout(keep, 3000);

link?.addEventListener("click", () => {
  caughtUp = true;
  // The link itself leads to the heading above; from there to the very place.
  requestAnimationFrame(() => {
    const { top, height } = text.getBoundingClientRect();
    scrollTo({ top: scrollY + top + (height * stopped) / 100 });
  });
});

// The note says what it replaces: what was saved from this page last.
let sent = note.elements.was.value;
note.addEventListener("formdata", (event) => { sent = event.formData.get("note"); });
note.addEventListener("uplift:saved", () => { note.elements.was.value = sent; });
