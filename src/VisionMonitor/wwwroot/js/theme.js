// Runs before the first paint, so that a dark page never flashes light. Kept out of the page: the policy forbids inline scripts.
(() => {
  const stored = localStorage.getItem("theme");
  const dark = stored ? stored === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
