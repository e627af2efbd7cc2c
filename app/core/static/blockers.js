// The board of blockers: similar ones while one types a title, and forms that are sent once.
//
// form[data-report]     its title is looked up as one types; what is similar goes into its [data-similar], an address
// form[data-once]       a second click while it is on its way sends nothing: the answer may be shown only once

const PAUSE = 350;
const say = (text) => document.dispatchEvent(new CustomEvent("uplift:say", { detail: text }));

function offer(form) {
  const title = form.elements.title;
  const place = form.querySelector("[data-similar]");
  let timer;
  let asking;
  let before = title.value.trim();

  async function look() {
    const words = title.value.trim();
    if (words === before) return;
    before = words;
    asking?.abort();
    asking = new AbortController();
    try {
      // In a header, not in the address: addresses are kept in logs.
      const headers = { Accept: "application/json", "X-Typed": encodeURIComponent(words.slice(0, 160)) };
      const response = await fetch(place.dataset.similar, { headers, signal: asking.signal });
      if (!response.ok || response.redirected) return;
      show(await response.json());
    } catch {
      // Without a connection nothing is offered; sending the form offers it once.
    }
  }

  function show({ number, html }) {
    if (place.contains(document.activeElement)) return;
    place.innerHTML = html;
    if (number) {
      form.elements.seen.value = "1";
      say(number === 1 ? "One blocker that is similar stands below the title." : `${number} blockers that are similar stand below the title.`);
    }
  }

  title.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  });
}

for (const form of document.querySelectorAll("form[data-report]")) offer(form);

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !form.matches("[data-once]")) return;
  if (form.hasAttribute("aria-busy")) event.preventDefault();
  else form.setAttribute("aria-busy", "true");
});

// Back from the next page, it can be sent again.
addEventListener("pageshow", (event) => {
  if (event.persisted) for (const form of document.querySelectorAll("form[data-once]")) form.removeAttribute("aria-busy");
});
