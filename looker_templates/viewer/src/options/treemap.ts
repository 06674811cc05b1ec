// Tiles with their names where there is room; the darkest of one level is the largest.

import type { Tile, TreemapView } from "../views/treemap";
import { FONT, mix, motion, plain, seriesColor, tooltip, type Environment, type Option } from "./theme";

// A tile too small for its name has it in the tooltip only.
const OUT_OF_SIGHT = { x: -1000, y: -1000 };

export function treemapOption(view: TreemapView, environment: Environment): Option {
  const { palette } = environment;
  return {
    ...motion(environment),
    tooltip: {
      ...tooltip(environment),
      trigger: "item",
      formatter: (given: unknown) => {
        const { data, treePathInfo } = given as { data: { text?: string; share?: string }; treePathInfo: readonly { name: string }[] };
        const path = treePathInfo.slice(1).map((one) => one.name).join(", ");
        return environment.tip(path, [{ label: view.metric, value: data.text ?? "", color: "none", dashed: false }, { label: "", value: data.share ?? "", color: "none", dashed: false }]);
      },
    },
    series: [
      {
        id: "tiles",
        type: "treemap",
        top: 0, left: 0, right: 0, bottom: 0,
        roam: false,
        nodeClick: false,
        breadcrumb: { show: false },
        sort: "desc",
        label: {
          show: true, position: "insideTopLeft", padding: [4, 2, 0, 2], distance: 5, color: palette.ink, fontSize: 12, lineHeight: 16, fontFamily: FONT, overflow: "truncate",
          formatter: (given: unknown) => {
            const { name, data } = given as { name: string; data: { text?: string } };
            return `{name|${plain(name)}}\n{value|${plain(data.text ?? "")}}`;
          },
          rich: { name: { fontSize: 12, lineHeight: 16, fontWeight: 550, color: palette.ink, fontFamily: FONT }, value: { fontSize: 12, lineHeight: 16, color: palette.ink2, fontFamily: FONT } },
        },
        upperLabel: { show: view.levels === 2, height: 22, color: palette.ink, fontSize: 12, fontWeight: 600, fontFamily: FONT, padding: [0, 4], formatter: (given: unknown) => plain((given as { name: string }).name) },
        labelLayout: ({ rect }: { rect: { width: number; height: number } }) => (rect.width < 46 || rect.height < 20 ? OUT_OF_SIGHT : {}),
        itemStyle: { borderColor: palette.surface, borderWidth: 0, gapWidth: 2, borderRadius: 3 },
        levels: view.levels === 2 ? [{ itemStyle: { borderWidth: 0, gapWidth: 4 }, upperLabel: { show: false } }, { itemStyle: { borderWidth: 0, gapWidth: 2 } }] : [{ itemStyle: { gapWidth: 2 } }],
        emphasis: { itemStyle: { borderColor: palette.ink }, upperLabel: { show: view.levels === 2 } },
        data: view.tiles.map((tile) => node(tile, 0, view, environment)),
      } as object,
    ],
  };
}

function node(tile: Tile, level: number, view: TreemapView, environment: Environment): object {
  const { palette } = environment;
  const hue = view.levels === 2 || tile.key === undefined ? seriesColor(palette, tile.color) : seriesColor(palette, 0);
  const strength = tile.dimmed ? 0.08 : view.levels === 2 ? (level === 0 ? 0.2 : 0.4) : 0.1 + 0.34 * (view.most > 0 ? tile.value / view.most : 0);
  return {
    name: tile.label, value: tile.value, text: tile.text, share: tile.share, level, value_key: tile.key,
    itemStyle: { color: mix(hue, palette.surface, tile.key === undefined ? 0.2 : strength), ...(level === 0 && view.levels === 2 ? { borderColor: mix(hue, palette.surface, 0.2) } : {}) },
    ...(tile.tiles.length > 0 ? { children: tile.tiles.map((inner) => node(inner, 1, view, environment)) } : {}),
  };
}
