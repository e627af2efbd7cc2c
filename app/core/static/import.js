// How far an import is: looks every two seconds while the page is seen, and opens the result when it is there.

const shown = document.querySelector("[data-import]");
const EVERY = 2000;

async function look() {
  if (document.hidden) return wait();
  try {
    const response = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
    if (!response.ok || response.redirected) return location.reload();
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html").querySelector("[data-import]");
    if (!fresh || !["waiting", "running"].includes(fresh.dataset.import)) return location.reload();
    const link = shown.querySelector("a");
    const held = link === document.activeElement;
    shown.replaceChildren(...fresh.childNodes);
    if (held) shown.querySelector("a")?.focus();
  } catch {
    // Without a connection the last picture stays.
  }
  return wait();
}

const wait = () => setTimeout(look, EVERY);
wait();
