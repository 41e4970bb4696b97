// One cursor across all charts that share a time axis, and a brush that zooms by changing the address.
const charts = () => [...document.querySelectorAll("[data-chart]")];
const shownSvg = chart => [...chart.querySelectorAll("svg.line-svg")].find(svg => svg.getBoundingClientRect().width > 0);
const parsed = new WeakMap();

const seriesOf = chart => {
  const kept = parsed.get(chart);
  if (kept?.source === chart.dataset.readout) {
    return kept.series;
  }
  const series = JSON.parse(chart.dataset.readout || "[]");
  parsed.set(chart, { source: chart.dataset.readout, series });
  return series;
};

const frameOf = svg => ({ left: +svg.dataset.left, right: +svg.dataset.right, low: +svg.dataset.low, high: +svg.dataset.high });
const toUser = (svg, clientX) => (clientX - svg.getBoundingClientRect().left) / svg.getBoundingClientRect().width * svg.viewBox.baseVal.width;
const toValue = (svg, clientX) => {
  const { left, right, low, high } = frameOf(svg);
  return low + (Math.max(left, Math.min(right, toUser(svg, clientX))) - left) / (right - left) * (high - low);
};

const nearest = (xs, value) => {
  let best = -1;
  for (let index = 0; index < xs.length; index++) {
    if (best < 0 || Math.abs(xs[index] - value) < Math.abs(xs[best] - value)) {
      best = index;
    }
  }
  return best;
};

const clock = (milliseconds, zone) => new Intl.DateTimeFormat("sv-SE", { timeZone: zone === "Etc/UTC" ? "UTC" : zone, dateStyle: "short", timeStyle: "short" }).format(milliseconds);

const show = (chart, value) => {
  const svg = shownSvg(chart);
  const readout = chart.querySelector(".readout");
  if (!svg || !readout) {
    return;
  }
  const series = seriesOf(chart);
  const all = series.flatMap(line => line.x);
  if (all.length === 0) {
    return;
  }
  const at = all[nearest(all, value)];
  const { left, right, low, high } = frameOf(svg);
  const x = left + (at - low) / (high - low) * (right - left);
  const cursor = svg.querySelector(".cursor");
  cursor.setAttribute("x1", x);
  cursor.setAttribute("x2", x);
  const head = document.createElement("span");
  head.textContent = chart.dataset.kind === "Time" ? clock(at, chart.dataset.zone) : String(at);
  const lines = series.map(line => {
    const index = line.x.indexOf(at);
    if (index < 0) {
      return null;
    }
    const row = document.createElement("span");
    row.className = line.c;
    const name = document.createElement("b");
    name.textContent = line.n ? `${line.n} ` : "";
    row.append(name, line.t[index]);
    return row;
  }).filter(Boolean);
  readout.replaceChildren(head, ...lines);
  readout.classList.add("shown");
  chart.toggleAttribute("data-hover", true);
  readout.classList.toggle("flip", x < (left + right) / 2);
};

const clear = () => {
  for (const chart of charts()) {
    chart.querySelector(".readout")?.classList.remove("shown");
    chart.removeAttribute("data-hover");
  }
};

let brush = null;

document.addEventListener("pointermove", event => {
  const svg = event.target.closest?.("svg.line-svg");
  if (!svg && !brush) {
    if (document.querySelector(".readout.shown")) {
      clear();
    }
    return;
  }
  const over = brush?.svg ?? svg;
  const value = toValue(over, event.clientX);
  charts().forEach(chart => show(chart, value));
  if (brush) {
    const { left, right } = frameOf(over);
    const clamp = x => Math.max(left, Math.min(right, x));
    const [a, b] = [clamp(toUser(over, brush.startX)), clamp(toUser(over, event.clientX))];
    const area = over.querySelector(".brush");
    area.setAttribute("x", Math.min(a, b));
    area.setAttribute("width", Math.abs(a - b));
  }
});

document.addEventListener("pointerdown", event => {
  const svg = event.target.closest?.("svg.line-svg");
  if (svg && event.button === 0 && event.pointerType !== "touch" && svg.closest("[data-kind=Time]")) {
    brush = { svg, startX: event.clientX };
    event.preventDefault();
  }
});

const go = address => window.Blazor?.navigateTo ? window.Blazor.navigateTo(address) : location.assign(address);

document.addEventListener("pointerup", event => {
  if (!brush) {
    return;
  }
  const { svg, startX } = brush;
  brush = null;
  svg.querySelector(".brush")?.setAttribute("width", 0);
  const [from, to] = [toValue(svg, startX), toValue(svg, event.clientX)].sort((a, b) => a - b);
  if (Math.abs(event.clientX - startX) > 8) {
    if (svg.closest("[data-brush]")) {
      const address = new URL(location.href);
      address.searchParams.set("from", new Date(Math.floor(from)).toISOString());
      address.searchParams.set("to", new Date(Math.ceil(to)).toISOString());
      go(address.pathname + address.search);
    }
    return;
  }
  // A click lands on the images behind the nearest point.
  for (const line of seriesOf(svg.closest("[data-chart]"))) {
    const link = line.l?.[nearest(line.x, from)];
    if (link) {
      go(link);
      return;
    }
  }
});

document.addEventListener("dblclick", event => {
  if (event.target.closest?.("[data-brush] svg.line-svg")) {
    const address = new URL(location.href);
    address.searchParams.delete("from");
    address.searchParams.delete("to");
    go(address.pathname + address.search);
  }
});
