// What the rarer kinds of charts need beyond the first parts.

import "./ring_parts";
import "echarts/lib/chart/gauge";
import "echarts/lib/chart/heatmap";
import "echarts/lib/chart/map";
import "echarts/lib/chart/scatter";
import "echarts/lib/chart/treemap";
