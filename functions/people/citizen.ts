import { serve } from "#shared/platform/serve.ts";
import { addDependant } from "./operations/addDependant.ts";
import { createCalendarLink } from "./operations/createCalendarLink.ts";
import { endCalendarLink } from "./operations/endCalendarLink.ts";
import { eraseMe } from "./operations/eraseMe.ts";
import { getMe } from "./operations/getMe.ts";
import { getMyData } from "./operations/getMyData.ts";
import { giveConsent } from "./operations/giveConsent.ts";
import { inviteGuardian } from "./operations/inviteGuardian.ts";
import { inviteProxy } from "./operations/inviteProxy.ts";
import { listDependants } from "./operations/listDependants.ts";
import { listGuardians } from "./operations/listGuardians.ts";
import { listProxies } from "./operations/listProxies.ts";
import { putMe } from "./operations/putMe.ts";
import { putRefundAccount } from "./operations/putRefundAccount.ts";
import { removeDependant } from "./operations/removeDependant.ts";
import { removeProxy } from "./operations/removeProxy.ts";
import { withdrawConsent } from "./operations/withdrawConsent.ts";

export const handler = serve(
  putMe,
  getMe,
  getMyData,
  putRefundAccount,
  eraseMe,
  addDependant,
  listDependants,
  inviteGuardian,
  listGuardians,
  removeDependant,
  inviteProxy,
  listProxies,
  removeProxy,
  giveConsent,
  withdrawConsent,
  createCalendarLink,
  endCalendarLink,
);
