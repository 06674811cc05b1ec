// The least that a page can do to show one chart: load a chart engine, ask getData once, draw the rows.
// The engine is cut down to what this one chart needs, with the renderer that the viewer uses.
import { LineChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([LineChart, GridComponent, TooltipComponent, SVGRenderer]);

const { address, key, body } = JSON.parse(new URLSearchParams(location.search).get("ask"));
const answer = await fetch(`${address}/v1/looker/data`, {
  method: "POST",
  headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
  body: JSON.stringify(body),
});
const { rows } = await answer.json();
const days = rows.map(({ values }) => [`${values[0].slice(0, 4)}-${values[0].slice(4, 6)}-${values[0].slice(6)}`, Number(values[1])]);
const chart = init(document.getElementById("chart"), null, { renderer: "svg" });
chart.setOption({
  animation: false,
  grid: { left: 48, right: 16, top: 16, bottom: 32 },
  xAxis: { type: "time" },
  yAxis: { type: "value" },
  tooltip: { trigger: "axis", renderMode: "richText" },
  series: [{ type: "line", data: days, symbol: "none", areaStyle: { opacity: 0.06 } }],
});
