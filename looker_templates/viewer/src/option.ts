// option(item, answers, context) → what the chart engine draws; pure, one builder for screen, PDF and mail.

import type { Context } from "./context";
import { drawing, type Charted } from "./drawing";
import type { Environment, Option } from "./options/theme";
import type { Answers } from "./views/frame";

export const option = (item: Charted, answers: Answers, context: Context, environment: Environment): Option =>
  drawing(item, answers, context).make(environment);
