// The parts of the chart engine in three lots, which a browser loads when it needs them and the server all at once.
// The first: lines and bars over axes, what nearly every page begins with.

// Part by part: the engine's lists of all parts would bring every part into the file that is loaded first.
import "echarts/lib/chart/bar";
import "echarts/lib/chart/line";
import "echarts/lib/component/grid";
import "echarts/lib/component/markLine";
import "echarts/lib/component/tooltip";
