import { serve } from "#shared/platform/serve.ts";
import { listNotifications } from "./operations/listNotifications.ts";
import { readNotification } from "./operations/readNotification.ts";

export const handler = serve(listNotifications, readNotification);
