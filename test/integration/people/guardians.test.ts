import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runJob } from "#local/localRoutes.ts";
import type { Client } from "#shared/client.ts";
import { peopleRoutes } from "#shared/people/contract.ts";
import { consentTexts } from "#shared/people/policy.ts";
import { findPerson, listGuardians } from "#shared/people/store.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { child, childInput } from "../../support/family.ts";
import {
  citizen,
  good,
  publishedEvent,
  refused,
  signUp,
  startTestService,
  type TestService,
} from "../../support/service.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());

const guardianConsent = { version: consentTexts["guardian-of-minor"].version, given: true as const };

const inviting = (by: Client, personId: string) => by(peopleRoutes.inviteGuardian, { path: { personId } });
const invited = async (by: Client, personId: string) => (await good(inviting(by, personId))).invitationCode;
const accept = (by: Client, invitationCode: string, of: object = { guardianConsent }) =>
  by(peopleRoutes.addDependant, { body: { relation: "shared-child", invitationCode, ...of } });
const leave = (by: Client, personId: string) => by(peopleRoutes.removeDependant, { path: { personId } });
const childrenOf = async (by: Client) =>
  (await good(by(peopleRoutes.listDependants, {}))).items.map(({ personId }) => personId);

/** A child with two guardians. */
async function shared(of: Parameters<typeof childInput>[0] = {}) {
  const [first, second] = [await citizen(service), await citizen(service)];
  const { personId } = await child(first.call, of);
  await good(accept(second.call, await invited(first.call, personId)));
  return { first, second, personId };
}

describe("a child's other guardian", () => {
  it("is asked by a code, sees the child, and signs it up as the first one does", async () => {
    const { first, second, personId } = await shared();
    for (const { call } of [first, second]) expect(await childrenOf(call)).toEqual([personId]);
    const { items } = await good(first.call(peopleRoutes.listGuardians, { path: { personId } }));
    expect(items.map((guardian) => guardian.personId).toSorted()).toEqual(
      [first.personId, second.personId].toSorted(),
    );
    const mine = async (call: Client) =>
      (await good(call(registrationRoutes.listMyRegistrations, { query: {} }))).items;
    for (const { call } of [first, second]) {
      const { path, groupIds } = await publishedEvent(service);
      await good(signUp(call, path, groupIds[0] ?? "", { participantId: personId }));
    }
    const [ofFirst, ofSecond] = [await mine(first.call), await mine(second.call)];
    expect(ofFirst).toEqual(ofSecond);
    expect(ofFirst.map(({ signedUpBy, signedAs }) => [signedUpBy, signedAs]).toSorted()).toEqual(
      [
        [first.personId, "guardian"],
        [second.personId, "guardian"],
      ].toSorted(),
    );
    expect(await good(second.call(peopleRoutes.getMyData, { query: { personId } }))).toMatchObject({
      personId,
    });
  });

  it("gives a consent of their own for a child under 14, in the text's version in force", async () => {
    const [first, second] = [await citizen(service), await citizen(service)];
    const { personId } = await child(first.call);
    const code = await invited(first.call, personId);
    expect(await refused(accept(second.call, code, {}))).toBe("422 guardian-consent-required");
    const old = { guardianConsent: { version: "2020-1", given: true } };
    expect(await refused(accept(second.call, code, old))).toBe("409 consent-outdated");
    const { guardianConsentId } = await good(accept(second.call, code));
    const { consents } = await good(first.call(peopleRoutes.getMyData, { query: { personId } }));
    expect(consents.map(({ givenBy }) => givenBy).toSorted()).toEqual(
      [first.personId, second.personId].toSorted(),
    );
    expect(consents.map(({ consentId }) => consentId)).toContain(guardianConsentId);
  });

  it("gives none for a child of 14", async () => {
    const [first, second] = [await citizen(service), await citizen(service)];
    const { personId } = await child(first.call, { birthDate: "2012-06-10" });
    expect(await good(accept(second.call, await invited(first.call, personId), {}))).toMatchObject({
      personId,
      relation: "child",
    });
  });

  it("is one of two: no third is asked or taken", async () => {
    const [first, second, third] = [await citizen(service), await citizen(service), await citizen(service)];
    const { personId } = await child(first.call);
    const [forSecond, forThird] = [await invited(first.call, personId), await invited(first.call, personId)];
    await good(accept(second.call, forSecond));
    expect(await refused(accept(third.call, forThird))).toBe("409 too-many-guardians");
    expect(await refused(inviting(second.call, personId))).toBe("409 too-many-guardians");
    // Two at once are not both taken.
    for (let round = 0; round < 5; round += 1) {
      const { personId: other } = await child(first.call);
      const codes = [await invited(first.call, other), await invited(first.call, other)];
      await Promise.all([accept(second.call, codes[0] ?? ""), accept(third.call, codes[1] ?? "")]);
      expect(await listGuardians(other)).toHaveLength(2);
    }
  });

  it("uses a code once, within its time, and not one's own", async () => {
    const [first, second, third] = [await citizen(service), await citizen(service), await citizen(service)];
    const { personId } = await child(first.call);
    const code = await invited(first.call, personId);
    expect(await refused(accept(first.call, code))).toBe("422 invitation-invalid");
    const late = await invited(first.call, personId);
    await good(accept(second.call, code.toLowerCase()));
    await good(leave(second.call, personId));
    expect(await refused(accept(third.call, code))).toBe("422 invitation-invalid");
    const now = service.clock.now();
    service.clock.advance(24 * 3_600 + 1);
    expect(await refused(accept(third.call, late))).toBe("422 invitation-invalid");
    service.clock.set(now);
    expect(await refused(accept(third.call, "ABCDEFGHJK"))).toBe("422 invitation-invalid");
  });

  it("is not made of an elder's code, nor an elder's proxy of a guardian's", async () => {
    const [first, second] = [await citizen(service), await citizen(service)];
    const { personId } = await child(first.call);
    const { invitationCode } = await good(first.call(peopleRoutes.inviteProxy, {}));
    expect(await refused(accept(second.call, invitationCode))).toBe("422 not-a-child");
    const elder = { relation: "elder", invitationCode: await invited(first.call, personId) } as const;
    expect(await refused(second.call(peopleRoutes.addDependant, { body: elder }))).toBe(
      "422 invitation-invalid",
    );
  });

  it("is not taken when who asked is no guardian any more", async () => {
    const { first, second, personId } = await shared();
    await good(leave(second.call, personId));
    const third = await citizen(service);
    const code = await invited(first.call, personId);
    await good(accept(second.call, await invited(first.call, personId)));
    await good(leave(first.call, personId));
    expect(await refused(accept(third.call, code))).toBe("422 invitation-invalid");
    expect(await good(accept(third.call, await invited(second.call, personId)))).toMatchObject({ personId });
  });

  it("is asked by nobody but a guardian: not by a proxy for an elder, nor by a stranger", async () => {
    const { personId } = await shared();
    const stranger = await citizen(service);
    expect(await refused(inviting(stranger.call, personId))).toBe("404 not-found");
    const elder = await citizen(service, { birthDate: "1950-01-01" });
    const { invitationCode } = await good(elder.call(peopleRoutes.inviteProxy, {}));
    await good(stranger.call(peopleRoutes.addDependant, { body: { relation: "elder", invitationCode } }));
    expect(await refused(inviting(stranger.call, elder.personId))).toBe("404 not-found");
    const path = { personId: elder.personId };
    expect(await refused(stranger.call(peopleRoutes.listGuardians, { path }))).toBe("404 not-found");
  });
});

describe("a guardian", () => {
  it("is an adult, whoever adds the child", async () => {
    const minor = await citizen(service, { birthDate: "2008-06-11" });
    const body = childInput();
    expect(await refused(minor.call(peopleRoutes.addDependant, { body }))).toBe("422 guardian-must-be-adult");
    const first = await citizen(service);
    const { personId } = await child(first.call);
    expect(await refused(accept(minor.call, await invited(first.call, personId)))).toBe(
      "422 guardian-must-be-adult",
    );
    const adult = await citizen(service, { birthDate: "2008-06-10" });
    expect(await good(adult.call(peopleRoutes.addDependant, { body }))).toMatchObject({ relation: "child" });
  });

  it("who leaves erases no child that another still cares for; the last one does", async () => {
    const { first, second, personId } = await shared();
    expect(await good(leave(first.call, personId))).toEqual({ personId, status: "ended" });
    expect(await childrenOf(second.call)).toEqual([personId]);
    expect(await good(leave(second.call, personId))).toEqual({ personId, status: "erased" });
    expect(await findPerson(personId, true)).toBeUndefined();
  });

  it("who is erased takes along only the children for whom nobody else answers", async () => {
    const { first, second, personId } = await shared();
    const own = (await child(first.call)).personId;
    await good(first.call(peopleRoutes.eraseMe, {}));
    expect(await findPerson(own, true)).toBeUndefined();
    expect(await childrenOf(second.call)).toEqual([personId]);
    expect(await runJob("releaseErased")).toBe(true);
    expect(await findPerson(personId, true)).toBeDefined();
  });

  it("who leaves in the same moment as the other leaves no child without anybody", async () => {
    for (let round = 0; round < 5; round += 1) {
      const { first, second, personId } = await shared();
      const ends = await Promise.all([good(leave(first.call, personId)), good(leave(second.call, personId))]);
      expect(ends.map(({ status }) => status).toSorted()).toEqual(["ended", "erased"]);
      expect(await findPerson(personId, true)).toBeUndefined();
      expect(await listGuardians(personId)).toEqual([]);
    }
  });
});
