// Starts the viewer: asks the server first, then draws.

import { show } from "./main";
import { begin } from "./start";

begin();
void show();
