import { serve } from "#shared/platform/serve.ts";
import { signUp } from "./operations/signUp.ts";

export const handler = serve(signUp);
