// Starts the viewer: asks the server first, then lets the reader see what the server has drawn, then draws.

import { shownByServer } from "./first_view";
import { begin } from "./start";

begin();
void shownByServer().then(() => import("./main")).then(({ show }) => show());
