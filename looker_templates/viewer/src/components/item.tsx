// One item of a row: which card draws which type.

import type { JSX } from "preact";
import { isCharted } from "../drawing";
import type { Page } from "../page";
import type { Item } from "../report";
import { ChartCard } from "./charts";
import { CommentaryCard, WordsCard } from "./commentary";
import { HealthCard } from "./health";
import { KpiCard } from "./kpi";
import { PivotCard, TrackerCard } from "./matrix";
import { TableCard } from "./table";

export function ItemCard({ page, item }: { readonly page: Page; readonly item: Item }): JSX.Element | null {
  switch (item.type) {
    case "kpi": return <KpiCard page={page} item={item} />;
    case "table": return <TableCard page={page} item={item} />;
    case "commentary": return <CommentaryCard page={page} item={item} />;
    case "text": return <WordsCard page={page} item={item} />;
    case "pivot": return <PivotCard page={page} item={item} />;
    case "tracker": return <TrackerCard page={page} item={item} />;
    case "health": return <HealthCard page={page} item={item} />;
    default: return isCharted(item) ? <ChartCard page={page} item={item} /> : null;
  }
}
