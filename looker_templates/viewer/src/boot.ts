// Starts the viewer: asks the server first, then takes what draws.

import { begin } from "./start";

begin();
void import("./main").then(({ show }) => show());
