(() => {
  // The host decides what it does with the height; nothing else is told.
  const root = document.documentElement;
  const tell = () => parent.postMessage({ interleave: { height: Math.ceil(root.getBoundingClientRect().height) } }, "*");
  new ResizeObserver(tell).observe(root);
  const deed = document.querySelector("[data-deed]"), figures = document.querySelector("details");
  if (deed && "fragment" in deed.dataset && location.hash) {
    deed.href += location.hash;
    for (const link of document.querySelectorAll("footer a")) link.href += location.hash;
    const length = document.querySelector("[data-length]");
    if (length) length.textContent = ` (${location.hash.length - 1} characters)`;
  }
  // `state=keep`: what was opened is open again when the host's page is loaded again. `state=reset`, or nothing: it is not.
  const asked = new URLSearchParams(location.search).get("state");
  const key = `interleave ${location.pathname}${location.search}${location.hash.slice(0, 64)}`;
  const opened = () => { if (asked === "keep") try { sessionStorage.setItem(key, "open"); } catch {} };
  let was = false;
  try {
    if (asked === "keep") was = sessionStorage.getItem(key) === "open"; else sessionStorage.removeItem(key);
  } catch {}
  if (was && figures) figures.open = true;
  if (was && deed) location.replace(deed.href);
  figures?.addEventListener("toggle", () => { if (figures.open) opened(); else try { sessionStorage.removeItem(key); } catch {} });
  deed?.addEventListener("click", opened);
})();
