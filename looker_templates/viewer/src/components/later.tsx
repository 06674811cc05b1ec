// A part of the page whose script is loaded only when somebody wants to see it.

import { useEffect, useState } from "preact/hooks";
import type { ComponentType, JSX } from "preact";
import type { Page } from "../page";
import { StartingRows } from "./starting";

type Part = ComponentType<{ readonly page: Page }>;

export function Later({ load, page }: { readonly load: () => Promise<Part>; readonly page: Page }): JSX.Element {
  const [found, setFound] = useState<{ readonly part: Part } | null>(null);
  useEffect(() => void load().then((part) => setFound({ part }), () => location.reload()), [load]);
  if (!found) return <main class="content"><StartingRows /></main>;
  return <found.part page={page} />;
}
