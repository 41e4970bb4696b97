// Runs before the first paint, so that a dark page never flashes light. Kept out of the page: the policy forbids inline scripts.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const stored = localStorage.getItem("theme");
    root.dataset.theme = (stored ? stored === "dark" : dark.matches) ? "dark" : "light";
  };
  apply();
  dark.addEventListener("change", apply);

  // A link followed in place makes the document what the server sent, which knows no theme: it is put back before the next paint.
  new MutationObserver(() => root.dataset.theme || apply()).observe(root, { attributeFilter: ["data-theme"] });
})();
