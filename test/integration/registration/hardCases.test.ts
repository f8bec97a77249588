import { createHash } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { peopleRoutes } from "#shared/people/contract.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { drawRoutes } from "#shared/registration/draw/contract.ts";
import { solve } from "../../../walk/citizen/rush.ts";
import { drawAs, drawOf, enter, jobs, Season } from "../../support/draws.ts";
import { childInput } from "../../support/family.ts";
import {
  citizen,
  eventInput,
  good,
  NOON,
  organiser,
  patiently,
  publishedEvent,
  refused,
  signUp,
  somebody,
  startTestService,
  type TestService,
} from "../../support/service.ts";
import { availability, cancel, changed, fullEvent, type Holder } from "../../support/waiting.ts";

/**
 * The rows of the hard cases on signing up and on events, each by its number and as the row states it. What leads to
 * them and around them is in the files of their rooms.
 */
let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());

const sha256 = (text: string | Buffer) => createHash("sha256").update(text).digest("hex");

describe("signing up and changing an event", () => {
  beforeEach(() => service.clock.set(NOON));

  it("row 20: before it opens and after it closes, a second before and after: 409 signup-not-open, signup-closed", async () => {
    const { event, path, groupIds } = await publishedEvent(service, {
      signUpOpensAt: "2026-06-10T08:00:00.000Z",
      signUpClosesAt: "2026-06-10T10:00:00.000Z",
    });
    const press = async (instant: string, seconds: number) => {
      const { call } = await citizen(service);
      service.clock.set(new Date(Date.parse(instant) + seconds * 1_000));
      return refused(signUp(call, path, groupIds[0] ?? ""));
    };
    expect(await press(event.signUpOpensAt, -1)).toBe("409 signup-not-open");
    expect(await press(event.signUpOpensAt, 1)).toBe("201 undefined");
    expect(await press(event.signUpClosesAt, -1)).toBe("201 undefined");
    expect(await press(event.signUpClosesAt, 1)).toBe("409 signup-closed");
  });

  it("row 21: a hundred racers for the last place: one 201 confirmed; the others 409 event-full, or 201 waitlisted who opted in", async () => {
    const groups = [{ name: "成人组", capacity: 1 }];
    const { path, groupIds } = await publishedEvent(service, { groups, waitlist: true });
    const people = await Promise.all(Array.from({ length: 100 }, () => citizen(service)));
    const told = await Promise.all(
      people.map(async ({ call }, at) => {
        const asked = { idempotencyKey: crypto.randomUUID(), waitlist: at % 2 === 0 };
        const answer = await patiently(() => signUp(call, path, groupIds[0] ?? "", asked));
        const said = answer.ok
          ? `${answer.status} ${answer.body.status}`
          : await refused(Promise.resolve(answer));
        return { waits: asked.waitlist, said };
      }),
    );
    const winner = told.filter(({ said }) => said === "201 confirmed");
    expect(winner).toHaveLength(1);
    for (const { waits, said } of told.filter((one) => one !== winner[0]))
      expect(said).toBe(waits ? "201 waitlisted" : "409 event-full");
    expect(await availability(service, path)).toMatchObject([{ held: 1, confirmed: 1, free: 0 }]);
  });

  it("row 22: one person under …x and …X, full width and spaces: 409 already-signed-up for the same account, 409 identity-in-use for another", async () => {
    const { path, groupIds } = await publishedEvent(service);
    let input = somebody();
    while (!input.idNumber.endsWith("X")) input = somebody();
    const wide = (text: string) =>
      [...text].map((one) => String.fromCharCode(one.charCodeAt(0) + 0xfee0)).join("");
    const call = service.as("row-22", ["citizen"]);
    await good(call(peopleRoutes.putMe, { body: { ...input, idNumber: input.idNumber.toLowerCase() } }));
    const { registrationId } = await good(signUp(call, path, groupIds[0] ?? ""));
    const again = await signUp(call, path, groupIds[0] ?? "");
    expect(again.body).toMatchObject({ type: "/problems/already-signed-up", status: 409, registrationId });
    const spellings = [
      input.idNumber,
      wide(input.idNumber),
      `${input.idNumber.slice(0, 6)} ${input.idNumber.slice(6, 14)}\u3000${input.idNumber.slice(14)}`,
    ];
    for (const [at, idNumber] of spellings.entries()) {
      const other = service.as(`row-22-${at}`, ["citizen"]);
      expect(await refused(other(peopleRoutes.putMe, { body: { ...input, idNumber } }))).toBe(
        "409 identity-in-use",
      );
    }
    expect(await availability(service, path)).toMatchObject([{ held: 1 }]);
  });

  it("row 23: a checksum that is wrong, and a birth date of 30 February: 422 invalid-identity-number", async () => {
    const input = somebody();
    const last = input.idNumber.endsWith("1") ? "2" : "1";
    // A number whose check character is right (GB 11643) and whose date does not exist.
    const digits = "32059919900230001";
    const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const sum = weights.reduce((all, weight, at) => all + weight * Number(digits[at]), 0);
    const february = digits + "10X98765432"[sum % 11];
    for (const idNumber of [input.idNumber.slice(0, 17) + last, february]) {
      const call = service.as(`row-23-${idNumber}`, ["citizen"]);
      const answer = await call(peopleRoutes.putMe, { body: { ...input, idNumber } });
      expect(answer.body).toMatchObject({ type: "/problems/invalid-identity-number", status: 422 });
      expect(JSON.stringify(answer.body)).not.toContain(idNumber);
    }
  });

  it("row 24: an age or quota rule that fails: 422 not-eligible", async () => {
    const groups = [{ name: "青年组", capacity: 5, minAge: 18, maxAge: 30 }];
    const { path, groupIds } = await publishedEvent(service, { groups });
    const { call } = await citizen(service, { birthDate: "1950-01-01" });
    const answer = await signUp(call, path, groupIds[0] ?? "");
    expect(answer.body).toMatchObject({
      type: "/problems/not-eligible",
      status: 422,
      rule: "max-age",
      required: 30,
    });
    expect(await availability(service, path)).toMatchObject([{ held: 0 }]);
  });

  it("row 25: under 14 without the guardian's consent: 422 guardian-consent-required", async () => {
    const { path, groupIds } = await publishedEvent(service);
    const { call } = await citizen(service);
    const { guardianConsent, ...kid } = childInput({ birthDate: "2015-05-01" });
    expect(await refused(call(peopleRoutes.addDependant, { body: kid }))).toBe(
      "422 guardian-consent-required",
    );
    const added = await good(call(peopleRoutes.addDependant, { body: { ...kid, guardianConsent } }));
    const consentId = added.guardianConsentId ?? "";
    await good(call(peopleRoutes.withdrawConsent, { path: { consentId } }));
    const participantId = added.personId;
    expect(await refused(signUp(call, path, groupIds[0] ?? "", { participantId }))).toBe(
      "422 guardian-consent-required",
    );
  });

  it("row 26: a statement's older version: 409 consent-outdated", async () => {
    const statements = [{ statementId: "waiver", version: "2", title: "声明", text: "自愿参赛。" }];
    const { path, groupIds } = await publishedEvent(service, { statements });
    const { call } = await citizen(service);
    const consents = [{ statementId: "waiver", version: "1" }];
    expect(await refused(signUp(call, path, groupIds[0] ?? "", { consents }))).toBe("409 consent-outdated");
  });

  it("row 28: cancelled twice: 200 and the same result, and the place comes back once", async () => {
    const event = await fullEvent(service, 2);
    const [holder] = event.holders as [Holder, Holder];
    const first = await cancel(holder);
    const second = await cancel(holder);
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(second.body).toEqual(first.body);
    expect(await availability(service, event.path)).toMatchObject([{ held: 1, free: 1 }]);
  });

  it("row 29: a queue token forged, of another person or of another event: 403 queue-token-invalid; a wrong proof of work: 422 challenge-failed; reused: no second place", async () => {
    const of = { requiresQueueToken: true };
    const { path, groupIds } = await publishedEvent(service, of);
    const other = await publishedEvent(service, of);
    const groupId = groupIds[0] ?? "";
    const { call } = await citizen(service);
    const token = async (at: { eventId: string }) => {
      const { queueToken, challenge = { nonce: "", bits: 0 } } = await good(
        call(registrationRoutes.createQueueToken, { path: at }),
      );
      return { queueToken, solution: solve(challenge) };
    };
    const mine = await token(path);
    const [body = "", mac = ""] = mine.queueToken.split(".");
    const forged = `${body}.${mac.startsWith("A") ? "B" : "A"}${mac.slice(1)}`;
    const stranger = (await citizen(service)).call;
    expect(await refused(signUp(call, path, groupId, { ...mine, queueToken: forged }))).toBe(
      "403 queue-token-invalid",
    );
    expect(await refused(signUp(call, path, groupId, await token(other.path)))).toBe(
      "403 queue-token-invalid",
    );
    expect(await refused(signUp(stranger, path, groupId, mine))).toBe("403 queue-token-invalid");
    expect(await refused(signUp(call, path, groupId, { queueToken: mine.queueToken }))).toBe(
      "422 challenge-failed",
    );
    expect((await good(signUp(call, path, groupId, mine))).status).toBe("confirmed");
    expect(await refused(signUp(call, path, groupId, mine))).toBe("409 already-signed-up");
    expect(await availability(service, path)).toMatchObject([{ held: 1 }]);
  });

  it("row 30: a capacity below the places taken: 409 capacity-below-confirmed; an end before the start: 422", async () => {
    const event = await fullEvent(service, 3);
    const [group] = event.event.groups;
    const groups = [{ groupId: group?.groupId ?? "", name: group?.name ?? "", capacity: 2 }];
    const answer = await changed(service, event.path, { groups });
    expect(answer.body).toMatchObject({ type: "/problems/capacity-below-confirmed", status: 409, free: 0 });
    expect(await refused(changed(service, event.path, { endsAt: "2026-07-09T00:00:00.000Z" }))).toBe(
      "422 invalid-event",
    );
    expect(await availability(service, event.path)).toMatchObject([{ capacity: 3, held: 3 }]);
  });

  it("row 31: a stale If-Match: 412 version-mismatch", async () => {
    const call = organiser(service);
    const draft = await good(call(registrationRoutes.createEvent, { body: eventInput() }));
    const path = { eventId: draft.eventId };
    const change = () =>
      call(registrationRoutes.changeEvent, { path, body: { name: "改名" }, ifMatch: draft.version });
    await good(change());
    expect(await refused(change())).toBe("412 version-mismatch");
  });
});

it("row 65: a seed tried once the entrants are known: the commitment precedes the list, the beacon follows it, and no seed is taken from anybody", async () => {
  const season = new Season(service);
  const { path, groupIds } = await season.event();
  const committed = await drawOf(service, path);
  expect(committed).toMatchObject({ stage: "committed", commitment: /^[0-9a-f]{64}$/ });
  await enter(service, path, groupIds[0], 3);
  const body = { seed: "00".repeat(32) } as never;
  expect(await refused(organiser(service)(drawRoutes.makeDraw, { path, body }))).toBe("400 unknown-field");
  expect(await refused(drawAs(service, path, "01 02 03"))).toBe("409 signup-open");
  await season.close();
  const closed = await drawOf(service, path);
  expect(closed).not.toHaveProperty("seed");
  expect(closed.beacon.knownOn > (closed.closedAt ?? "").slice(0, 10)).toBe(true);
  expect(await refused(drawAs(service, path, "01 02 03"))).toBe("409 beacon-unknown");
  season.go(22);
  await good(drawAs(service, path, "03 07 12 25 31 + 02 09"));
  await jobs("runDraws");
  const done = await drawOf(service, path);
  expect(done).toMatchObject({ commitment: committed.commitment, entrantRoot: closed.entrantRoot });
  expect(sha256(Buffer.from(done.seed ?? "", "hex"))).toBe(committed.commitment);
});
