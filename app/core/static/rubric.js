// form[data-previewed][data-target]: what it would become is drawn in place at every change; [data-keep] sends it for good.
// Without this script the form's buttons do the same by whole pages: its action is the preview.

for (const form of document.querySelectorAll("form[data-previewed]")) {
  let late = false; // something changed while a preview was on its way
  const inPlace = (on) => {
    form.toggleAttribute("data-async", on);
    form.toggleAttribute("data-auto", on);
  };
  inPlace(true);
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) inPlace(!button.matches("[data-keep]"));
  });
  addEventListener("pageshow", () => inPlace(true)); // also when one comes back from the page that followed
  form.addEventListener("change", () => { late ||= form.hasAttribute("aria-busy"); });
  document.addEventListener("uplift:swapped", () => {
    if (!late) return;
    late = false;
    setTimeout(() => { if (form.hasAttribute("data-async")) form.requestSubmit(); }); // once it is no longer busy
  });
}
