import { peopleRoutes } from "#shared/people/contract.ts";
import { good, publishedEvent, signUp } from "#test/support/service.ts";
import { aChild, aCitizen, adult, anInvitation, childInput, consentVersion } from "../people.ts";
import type { CostSheet } from "../sheet.ts";

export async function profileCases(sheet: CostSheet): Promise<void> {
  const { service } = sheet;
  const me = service.as("bench-profile", ["citizen"]);
  const body = adult();
  await sheet.costs("putMe", "a new person", "200", () => me(peopleRoutes.putMe, { body }));
  await sheet.costs("putMe", "the same again", "200", () => me(peopleRoutes.putMe, { body }));
  const corrected = { ...body, phone: "13900000000" };
  await sheet.costs("putMe", "another phone number", "200", () =>
    me(peopleRoutes.putMe, { body: corrected, ifMatch: 1 }),
  );
  const thief = service.as("bench-thief00", ["citizen"]);
  await sheet.costs("putMe", "somebody else's document", "409 identity-in-use", () =>
    thief(peopleRoutes.putMe, { body }),
  );
  const account = { accountNumber: "6222021102000012345", bankName: "苏州银行", bankCode: "313305403015" };
  await sheet.costs("putRefundAccount", "an account", "200", () =>
    me(peopleRoutes.putRefundAccount, { body: account }),
  );
  await sheet.costs("getMe", "own profile", "200", () => me(peopleRoutes.getMe, {}));
  await sheet.costs("getMe", "no profile yet", "404 profile-missing", () => thief(peopleRoutes.getMe, {}));
  await sheet.costs("listConsentTexts", "all", "200", () =>
    service.anyone(peopleRoutes.listConsentTexts, {}),
  );
}

export async function familyCases(sheet: CostSheet): Promise<void> {
  const { service } = sheet;
  const { call: me } = await aCitizen(service);
  const child = { body: childInput(), idempotencyKey: crypto.randomUUID() };
  const { personId } = await good(
    sheet.costs("addDependant", "a child", "201", () => me(peopleRoutes.addDependant, child)),
  );
  await sheet.costs("addDependant", "a child, repeated", "201", () => me(peopleRoutes.addDependant, child));
  await sheet.costs("addDependant", "a child whose document is in use", "409 identity-in-use", () =>
    me(peopleRoutes.addDependant, { body: child.body }),
  );
  const elder = await aCitizen(service);
  const invitation = { idempotencyKey: crypto.randomUUID() };
  const { invitationCode } = await good(
    sheet.costs("inviteProxy", "a code", "201", () => elder.call(peopleRoutes.inviteProxy, invitation)),
  );
  await sheet.costs("inviteProxy", "a code, repeated", "201", () =>
    elder.call(peopleRoutes.inviteProxy, invitation),
  );
  await sheet.costs("addDependant", "an elder", "201", () =>
    me(peopleRoutes.addDependant, { body: { relation: "elder", invitationCode } }),
  );
  await sheet.costs("addDependant", "an elder, the code is used up", "422 invitation-invalid", () =>
    me(peopleRoutes.addDependant, { body: { relation: "elder", invitationCode } }),
  );
  await sheet.costs("listDependants", "a child and an elder", "200", () =>
    me(peopleRoutes.listDependants, {}),
  );
  await sheet.costs("listDependants", "nobody", "200", () => elder.call(peopleRoutes.listDependants, {}));
  await sheet.costs("listProxies", "one", "200", () => elder.call(peopleRoutes.listProxies, {}));
  await consentCases(sheet, me, personId);
  await sheet.costs("removeDependant", "a child, who is erased", "200", () =>
    me(peopleRoutes.removeDependant, { path: { personId } }),
  );
  await sheet.costs("removeDependant", "an elder", "200", () =>
    me(peopleRoutes.removeDependant, { path: { personId: elder.personId } }),
  );
  await sheet.costs("removeDependant", "nobody's", "404 not-found", () =>
    me(peopleRoutes.removeDependant, { path: { personId } }),
  );
  const proxy = await aCitizen(service);
  const code = await anInvitation(elder.call);
  await good(proxy.call(peopleRoutes.addDependant, { body: { relation: "elder", invitationCode: code } }));
  await sheet.costs("removeProxy", "one", "200", () =>
    elder.call(peopleRoutes.removeProxy, { path: { personId: proxy.personId } }),
  );
}

type Citizen = Awaited<ReturnType<typeof aCitizen>>["call"];

async function consentCases(sheet: CostSheet, me: Citizen, personId: string): Promise<void> {
  const version = consentVersion;
  const given = {
    body: { purpose: "guardian-of-minor" as const, version, personId },
    idempotencyKey: crypto.randomUUID(),
  };
  const { consentId } = await good(
    sheet.costs("giveConsent", "for a child", "201", () => me(peopleRoutes.giveConsent, given)),
  );
  await sheet.costs("giveConsent", "for a child, repeated", "201", () => me(peopleRoutes.giveConsent, given));
  await sheet.costs("giveConsent", "for oneself", "201", () =>
    me(peopleRoutes.giveConsent, { body: { purpose: "share-with-organiser", version } }),
  );
  await sheet.costs("withdrawConsent", "for a child", "200", () =>
    me(peopleRoutes.withdrawConsent, { path: { consentId } }),
  );
  await sheet.costs("withdrawConsent", "withdrawn before", "200", () =>
    me(peopleRoutes.withdrawConsent, { path: { consentId } }),
  );
}

export async function dataCases(sheet: CostSheet): Promise<void> {
  const { service } = sheet;
  const { call: me } = await aCitizen(service);
  const personId = await aChild(me);
  for (const participantId of [undefined, undefined, personId]) {
    const { path, groupIds } = await publishedEvent(service);
    await good(signUp(me, path, groupIds[0] ?? "", participantId === undefined ? {} : { participantId }));
  }
  await sheet.costs("getMyData", "own, two registrations", "200", () =>
    me(peopleRoutes.getMyData, { query: {} }),
  );
  await sheet.costs("getMyData", "a child's, one registration", "200", () =>
    me(peopleRoutes.getMyData, { query: { personId } }),
  );
  await sheet.costs("eraseMe", "with a child and registrations", "202", () => me(peopleRoutes.eraseMe, {}));
}
