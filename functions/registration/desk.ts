import { serve } from "#shared/platform/serve.ts";
import { addQualifiers } from "./operations/addQualifiers.ts";
import { getQualifiers } from "./operations/getQualifiers.ts";
import { removeQualifier } from "./operations/removeQualifier.ts";
import { signUpOnBehalf } from "./operations/signUpOnBehalf.ts";

export const handler = serve(signUpOnBehalf, addQualifiers, getQualifiers, removeQualifier);
