import { serve } from "#shared/platform/serve.ts";
import { completeUpload } from "./operations/completeUpload.ts";
import { createUpload } from "./operations/createUpload.ts";
import { getUpload } from "./operations/getUpload.ts";

export const handler = serve(createUpload, completeUpload, getUpload);
