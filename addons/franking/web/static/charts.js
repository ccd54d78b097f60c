// Stacked bars with uPlot. The figures, their texts and the axis' ticks come with the page; nothing is computed here
// but places. Every series has a colour and a pattern, so that it can be told without colour.
"use strict";

const drawnCharts = new Map();

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// A small tile of the series' colour with lines or dots in the page's colour; a plain colour for the first.
const fill = (look) => {
  const colour = css(`--series-${look}`), over = css("--pattern");
  const size = 8, ratio = devicePixelRatio || 1;
  const tile = document.createElement("canvas");
  tile.width = tile.height = size * ratio;
  const pen = tile.getContext("2d");
  pen.scale(ratio, ratio);
  pen.fillStyle = colour;
  pen.fillRect(0, 0, size, size);
  pen.strokeStyle = pen.fillStyle = over;
  pen.lineWidth = 1.2;
  const line = (...points) => {
    pen.beginPath();
    for (let at = 0; at < points.length; at += 4) {
      pen.moveTo(points[at], points[at + 1]);
      pen.lineTo(points[at + 2], points[at + 3]);
    }
    pen.stroke();
  };
  const dot = (x, y) => { pen.beginPath(); pen.arc(x, y, 1.1, 0, 7); pen.fill(); };
  const marks = {
    2: () => line(-2, 10, 10, -2, -2, 2, 2, -2, 6, 10, 10, 6),
    3: () => { dot(2, 2); dot(6, 6); },
    4: () => line(0, 2, 8, 2, 0, 6, 8, 6),
    5: () => line(-2, -2, 10, 10, 6, -2, 10, 2, -2, 6, 2, 10),
    6: () => line(2, 0, 2, 8, 6, 0, 6, 8),
    7: () => line(0, 4, 8, 4, 4, 0, 4, 8),
    8: () => line(-2, 10, 10, -2, -2, -2, 10, 10),
    none: () => line(-2, 10, 10, -2, -2, 2, 2, -2, 6, 10, 10, 6),
    other: () => { dot(4, 4); },
  };
  marks[look]?.();
  return pen.createPattern(tile, "repeat");
};

// As tall as what stands beside it, else in proportion.
const height = (figure, width) => {
  const beside = figure.nextElementSibling;
  const tall = beside && beside.offsetTop < figure.offsetTop + 40 ? beside.offsetHeight - 80 : width * 0.4;
  return Math.round(Math.min(420, Math.max(200, tall)));
};

const build = (figure, plot, told) => {
  const count = told.buckets.length;
  const x = Array.from({ length: count }, (_, at) => at);
  const under = new Array(count).fill(0);
  const stacks = told.series.map((one) => one.amounts.map((amount, at) => (under[at] += amount)));
  const most = told.ticks.at(-1)[0];
  const muted = css("--muted"), grid = css("--line");
  const font = `12px ${css("--font")}`;
  const width = plot.clientWidth;
  const side = Math.max(...told.ticks.map(([, text]) => text.length)) * 7 + 14;
  const every = Math.max(1, Math.ceil(count / Math.max(2, Math.floor((width - side) / 72))));
  const fills = told.series.map((one) => fill(one.look));
  const bars = uPlot.paths.bars({ size: [0.76, 44], gap: 0 });
  const chart = new uPlot(
    {
      width,
      height: height(figure, width),
      padding: [10, 18, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
      scales: { x: { time: false, range: [-0.6, count - 0.4] }, y: { range: [0, most] } },
      axes: [
        {
          stroke: muted, font, size: 28, gap: 6, grid: { show: false }, ticks: { show: false },
          splits: () => x.filter((at) => (count - 1 - at) % every === 0),
          values: (_, places) => places.map((at) => told.short[at]),
        },
        {
          stroke: muted, font, size: side, gap: 8, grid: { stroke: grid, width: 1 }, ticks: { show: false },
          splits: () => told.ticks.map(([at]) => at),
          values: () => told.ticks.map(([, text]) => text),
        },
      ],
      // The whole stack first, what lies beneath it over it: so each series shows from its own foot.
      series: [{}, ...told.series.map((one, at) => ({
        label: one.name, paths: bars, points: { show: false }, width: 0, fill: () => fills[at],
      })).reverse()],
      hooks: { setCursor: [(u) => read(figure, told, u.cursor.idx)] },
    },
    [x, ...stacks.slice().reverse()],
    plot,
  );
  return chart;
};

// What the bar under the pointer, or chosen by arrow keys, says: its name, its sum, and each part that is not nothing.
const read = (figure, told, at) => {
  const reading = figure.querySelector(".reading");
  if (!reading) return;
  if (at === null || at === undefined || told.buckets[at] === undefined) { reading.textContent = ""; return; }
  const parts = told.series.filter((one) => one.amounts[at]).map((one) => `${one.name} ${one.said[at]}`);
  const text = `${told.buckets[at]}: ${told.sums[at]}${parts.length ? ` (${parts.join(", ")})` : ""}`;
  if (reading.textContent !== text) reading.textContent = text;
};

const keys = (figure, plot) => {
  plot.addEventListener("keydown", (event) => {
    const { chart, told } = drawnCharts.get(figure) ?? {};
    const last = told ? told.buckets.length - 1 : -1;
    const now = chart?.cursor.idx;
    const to = {
      ArrowLeft: Math.max(0, (now ?? last + 1) - 1), ArrowRight: Math.min(last, (now ?? -1) + 1), Home: 0, End: last,
    }[event.key];
    if (to === undefined || last < 0) return;
    event.preventDefault();
    chart.setCursor({ left: chart.valToPos(to, "x"), top: 10 });
  });
  plot.addEventListener("blur", () => drawnCharts.get(figure)?.chart.setCursor({ left: -10, top: -10 }));
};

const resized = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const held = drawnCharts.get(target);
    if (held && held.plot.clientWidth !== held.width) draw(target);
  }
});

const draw = (figure) => {
  const plot = figure.querySelector(".plot");
  const old = drawnCharts.get(figure);
  const told = JSON.parse(figure.dataset.chart);
  const at = old?.chart.cursor.idx;
  old?.chart.destroy();
  if (!old) keys(figure, plot);
  const chart = build(figure, plot, told);
  drawnCharts.set(figure, { chart, plot, told, data: figure.dataset.chart, width: plot.clientWidth });
  if (at !== null && at !== undefined) chart.setCursor({ left: chart.valToPos(at, "x"), top: 10 });
  resized.observe(figure);
};

// Draw what is new or has changed; all of it where the colours have.
const drawCharts = (all = false) => {
  for (const [figure, held] of drawnCharts) {
    if (!figure.isConnected) {
      held.chart.destroy();
      drawnCharts.delete(figure);
    }
  }
  for (const figure of document.querySelectorAll("[data-chart]")) {
    if (all || drawnCharts.get(figure)?.data !== figure.dataset.chart) draw(figure);
  }
};
