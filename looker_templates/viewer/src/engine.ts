// The chart engine: a part of its own, which is read while the page around the charts is drawn already.

import { use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import "./parts";

use(SVGRenderer);

export { init, registerMap, setPlatformAPI } from "echarts/core";
