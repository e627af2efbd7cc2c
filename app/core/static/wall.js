// A board on a wall: looks for news once a minute and swaps its figures. It keeps the last picture without a connection,
// rests while nobody can see it, and shows nothing any more to whom it is no longer open.

const board = document.querySelector("[data-wall]");
const status = document.querySelector("[data-wall-status]");
const button = document.querySelector("[data-wall-pause]");
const every = Number(board.dataset.wall) * 1000;
let drawn = board.dataset.wallDrawn;
let looked = Date.now();
let paused = false;
let looking = false;

function tell(trouble = "") {
  status.textContent = `Last updated ${drawn}${trouble && `; ${trouble}`}${paused ? "; paused" : ""}`;
}

// What may not be seen any more must not stay on the wall.
function close(words) {
  clearInterval(timer);
  board.replaceChildren(Object.assign(document.createElement("h1"), { textContent: words }));
  status.textContent = "";
  button.hidden = true;
}

async function look() {
  looking = true;
  looked = Date.now();
  try {
    const response = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
    const signedOut = response.redirected && new URL(response.url).pathname === "/login";
    if (signedOut || response.status === 401) return close("Signed out: reload this page and sign in again");
    if (response.status === 403 || response.status === 404) return close("This board is no longer open to you");
    if (!response.ok) throw new Error(response.status);
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html").querySelector("[data-wall]");
    if (!fresh) throw new Error("no board");
    board.replaceChildren(...fresh.childNodes);
    drawn = fresh.dataset.wallDrawn;
    tell();
  } catch {
    tell("no connection");
  } finally {
    looking = false;
  }
}

const lookIfDue = () => { if (!paused && !looking && !document.hidden && Date.now() - looked >= every) look(); };
const timer = setInterval(lookIfDue, Math.min(every, 1000));
document.addEventListener("visibilitychange", lookIfDue);
addEventListener("online", () => { looked = 0; lookIfDue(); });

button.addEventListener("click", () => {
  paused = !paused;
  button.textContent = paused ? "Resume updates" : "Pause updates";
  tell();
  if (!paused) {
    looked = 0;
    lookIfDue();
  }
});
