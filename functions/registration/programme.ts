import { serve } from "#shared/platform/serve.ts";
import { changeSeries } from "./operations/changeSeries.ts";
import { checkIn } from "./operations/checkIn.ts";
import { cloneEvent } from "./operations/cloneEvent.ts";
import { createSeries } from "./operations/createSeries.ts";
import { getChecklistFile } from "./operations/getChecklistFile.ts";
import { getHolding } from "./operations/getHolding.ts";
import { listOrganiserSeries } from "./operations/listOrganiserSeries.ts";
import { reportHolding } from "./operations/reportHolding.ts";
import { tickChecklistItem } from "./operations/tickChecklistItem.ts";

export const handler = serve(
  createSeries,
  changeSeries,
  listOrganiserSeries,
  cloneEvent,
  tickChecklistItem,
  getChecklistFile,
  checkIn,
  reportHolding,
  getHolding,
);
