// Starts the viewer: asks the server first, then lets the reader see what the server has drawn, then draws.

import { serversTurn } from "./first_view";
import { begin } from "./start";

begin();
void serversTurn().then(() => import("./main")).then(({ show }) => show());
