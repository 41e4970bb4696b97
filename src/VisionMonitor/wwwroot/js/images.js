// Shared pan and zoom of image panes, and layers toggled by the keys 1 to 9.
let view = { x: 0, y: 0, scale: 1 };
let shownFor = "";
const panes = () => [...document.querySelectorAll("[data-pane] svg")];

const apply = () => {
  for (const svg of panes()) {
    const [width, height] = svg.dataset.size.split(" ").map(Number);
    svg.setAttribute("viewBox", `${view.x * width} ${view.y * height} ${width / view.scale} ${height / view.scale}`);
  }
};

const reset = () => {
  view = { x: 0, y: 0, scale: 1 };
  apply();
};

const clampView = () => {
  view.scale = Math.max(1, Math.min(16, view.scale));
  const most = 1 - 1 / view.scale;
  view.x = Math.max(0, Math.min(most, view.x));
  view.y = Math.max(0, Math.min(most, view.y));
};

const freshImage = () => {
  if (shownFor !== location.pathname) {
    shownFor = location.pathname;
    view = { x: 0, y: 0, scale: 1 };
  }
};

document.addEventListener("wheel", event => {
  const pane = event.target.closest?.("[data-pane]");
  if (!pane) {
    return;
  }
  event.preventDefault();
  freshImage();
  const box = pane.getBoundingClientRect();
  const [fx, fy] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  const before = view.scale;
  view.scale *= Math.exp(-event.deltaY * 0.0015);
  clampView();
  view.x += fx / before - fx / view.scale;
  view.y += fy / before - fy / view.scale;
  clampView();
  apply();
}, { passive: false });

let drag = null;
document.addEventListener("pointerdown", event => {
  const pane = event.target.closest?.("[data-pane]");
  if (pane) {
    freshImage();
    drag = { x: event.clientX, y: event.clientY, box: pane.getBoundingClientRect() };
  }
});
document.addEventListener("pointermove", event => {
  if (drag) {
    view.x -= (event.clientX - drag.x) / drag.box.width / view.scale;
    view.y -= (event.clientY - drag.y) / drag.box.height / view.scale;
    drag.x = event.clientX;
    drag.y = event.clientY;
    clampView();
    apply();
  }
});
document.addEventListener("pointerup", () => drag = null);
document.addEventListener("dblclick", event => event.target.closest?.("[data-pane]") && reset());

const applyLayer = toggle => document.querySelectorAll(`[data-layer="${toggle.dataset.layerToggle}"]`).forEach(layer => layer.toggleAttribute("hidden", !toggle.checked));
document.addEventListener("change", event => event.target.dataset?.layerToggle && applyLayer(event.target));
document.addEventListener("keydown", event => {
  if (event.target.closest("input[type=text], select, textarea") || event.ctrlKey || event.metaKey) {
    return;
  }
  const toggle = /^[1-9]$/.test(event.key) && document.querySelectorAll("[data-layer-toggle]")[+event.key - 1];
  if (toggle) {
    toggle.checked = !toggle.checked;
    applyLayer(toggle);
  } else if (event.key === "0") {
    reset();
  }
});
