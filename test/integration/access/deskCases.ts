import type { Client } from "#shared/client.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { deskRoutes } from "#shared/registration/desk/contract.ts";
import { rowOf, withoutPhone } from "../../support/desk.ts";
import { eventInput, good } from "../../support/service.ts";
import type { Case, Whose } from "./cases.ts";

const absent = { eventId: "evt_01J00000000000000000000000" };

/** The cases of what staff do for people: sign-up on behalf, and lists of those who qualified. */
export function deskCases(): Readonly<Record<string, Case>> {
  const published = async (owner: Client, of: Record<string, unknown>) => {
    const draft = await good(owner(registrationRoutes.createEvent, { body: eventInput(of) }));
    const path = { eventId: draft.eventId };
    await good(owner(registrationRoutes.publishEvent, { path }));
    return { path, groupId: draft.groups[0]?.groupId ?? "" };
  };
  const withList = async (owner: Client, whose: Whose) => ({
    path: whose === "absent" ? absent : (await published(owner, { allocation: "qualifying" })).path,
  });
  const entries = () => ({ entries: [rowOf(withoutPhone())] });
  return {
    signUpOnBehalf: {
      owned: true,
      make: async (owner, whose) => {
        const event =
          whose === "absent"
            ? { path: absent, groupId: "grp_01J00000000000000000000000" }
            : await published(owner, {});
        const evidence = { kind: "in-person" };
        return {
          path: event.path,
          body: { groupId: event.groupId, person: withoutPhone(), consents: [], evidence },
        };
      },
    },
    addQualifiers: {
      owned: true,
      make: async (owner, whose) => ({ ...(await withList(owner, whose)), body: entries() }),
    },
    getQualifiers: { owned: true, make: withList },
    removeQualifier: {
      owned: true,
      make: async (owner, whose) => {
        const { path } = await withList(owner, whose);
        if (whose === "absent") return { path: { ...path, qualifierId: "qlf_01J00000000000000000000000" } };
        const { qualifiers } = await good(owner(deskRoutes.addQualifiers, { path, body: entries() }));
        return { path: { ...path, qualifierId: qualifiers[0]?.qualifierId ?? "" } };
      },
    },
  };
}
