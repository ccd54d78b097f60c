// What clients see has no live figures and no choice of colours; only its chart is drawn.
"use strict";

drawCharts();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawCharts(true));
