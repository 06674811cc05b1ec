// What a donut needs beyond the first parts.

import "echarts/lib/chart/pie";
import "echarts/lib/component/title";
import { use } from "echarts/core";
import { LabelLayout } from "echarts/features";

use(LabelLayout);
