// The record of a session: each save builds on the one before, so that two windows don't overwrite each other.

const record = document.querySelector("[data-record]");

record?.addEventListener("uplift:saved", () => {
  const revision = record.elements.revision;
  revision.value = Number(revision.value) + 1;
});
