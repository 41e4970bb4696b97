// Entry of our own script. Everything listens at the document, so pages may come, go and redraw without telling anyone.
import "./charts.js";
import "./images.js";

const root = document.documentElement;

document.addEventListener("click", event => {
  if (event.target.closest("[data-theme-toggle]")) {
    localStorage.setItem("theme", root.dataset.theme === "dark" ? "light" : "dark");
    delete root.dataset.theme; // theme.js puts the chosen one there
  }

  const copy = event.target.closest("[data-copy]");
  if (copy) {
    const text = copy.dataset.copy || document.querySelector(copy.dataset.copyFrom)?.textContent || "";
    navigator.clipboard?.writeText(text).then(() => {
      copy.dataset.done = "";
      setTimeout(() => delete copy.dataset.done, 1500);
    });
  }
});

// ---- live dot: says whether the page still hears the server ----
const setLive = state => document.querySelectorAll("[data-live]").forEach(dot => {
  dot.dataset.state = state;
  dot.textContent = state === "live" ? "live" : state === "reconnecting" ? "reconnecting" : `paused, data from ${new Date().toTimeString().slice(0, 5)}`;
});

const modal = document.getElementById("components-reconnect-modal");
modal?.addEventListener("components-reconnect-state-changed", event => {
  switch (event.detail.state) {
    case "show": case "retrying": setLive("reconnecting"); break;
    case "hide": setLive("live"); break;
    case "failed": setLive("paused"); comeBack(); break;
    case "rejected": case "resume-failed": comeBack(); break;
  }
});

// The server was started anew: its side of this page is gone, so the page is fetched again as soon as it answers.
let coming = false;
const comeBack = async () => {
  if (coming) {
    return;
  }
  coming = true;
  setLive("reconnecting");
  for (;;) {
    try {
      if ((await fetch("/healthz", { cache: "no-store" })).ok) {
        location.reload();
        return;
      }
    } catch { /* still away */ }
    await new Promise(done => setTimeout(done, 1000));
  }
};

// ---- times age ----
const words = seconds => seconds < 90 ? `${Math.round(seconds)} s` : seconds < 5400 ? `${Math.round(seconds / 60)} min` : seconds < 172800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86400)} d`;
const age = () => document.querySelectorAll("time[data-age]").forEach(time => {
  const seconds = (Date.now() - Date.parse(time.dateTime)) / 1000;
  const text = Math.abs(seconds) < 10 ? "just now" : seconds < 0 ? `in ${words(-seconds)}` : `${words(seconds)} ago`;
  // The server owns the text node: only its content is changed, never the node.
  if (time.firstChild?.nodeType === Node.TEXT_NODE && time.firstChild.data !== text) {
    time.firstChild.data = text;
  }
});
setInterval(age, 5000);

// ---- keyboard: j and k walk through whatever the page marks as a list ----
document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) {
    return;
  }
  if (event.key === "j" || event.key === "k") {
    const step = document.querySelector(`[data-key="${event.key}"]`);
    if (step) {
      step.click();
      return;
    }
    const items = [...document.querySelectorAll("[data-walk]")];
    if (items.length > 0) {
      const at = items.indexOf(document.activeElement);
      items[Math.max(0, Math.min(items.length - 1, event.key === "j" ? at + 1 : at - 1))].focus();
      event.preventDefault();
    }
  }
});
