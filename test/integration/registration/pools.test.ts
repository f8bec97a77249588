import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { runJob } from "#local/localRoutes.ts";
import type { Client } from "#shared/client.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { deliver } from "../../support/queues.ts";
import {
  citizen,
  good,
  NOON,
  publishedEvent,
  refused,
  signUp,
  startTestService,
  type TestService,
} from "../../support/service.ts";
import {
  availability,
  cancel,
  changed,
  type Holder,
  join,
  queueFor,
  standing,
} from "../../support/waiting.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());
beforeEach(() => service.clock.set(NOON));

const younger = async (): Promise<Client> => (await citizen(service, { birthDate: "1990-05-01" })).call;
const elder = async (): Promise<Client> => (await citizen(service, { birthDate: "1950-05-01" })).call;

const flowsBackAt = "2026-06-20T00:00:00.000Z";
/** Four places, of which two are kept for those of 60 and older until ten days on. */
async function reserved(of: Record<string, unknown> = {}) {
  const pool = { name: "长者预留", capacity: 2, rule: { minAge: 60 }, flowsBackAt };
  const groups = [{ name: "成人组", capacity: 4, pools: [pool] }];
  const { path, groupIds, event } = await publishedEvent(service, { groups, waitlist: true, ...of });
  return { path, groupId: groupIds[0] ?? "", groups: event.groups };
}

const flowBack = () => service.clock.set(new Date(flowsBackAt));
type Event = Awaited<ReturnType<typeof reserved>>;

/** Signs up and tells the status, or how it was refused. */
async function asked(call: Client, { path, groupId }: Event): Promise<string> {
  const answer = await signUp(call, path, groupId);
  return answer.ok ? answer.body.status : refused(Promise.resolve(answer));
}

/** So many people with a place, one after the other. */
async function holders(count: number, who: () => Promise<Client>, { path, groupId }: Event) {
  const made: Holder[] = [];
  while (made.length < count) {
    const call = await who();
    made.push({ call, ...(await good(signUp(call, path, groupId))) });
  }
  return made;
}

describe("places reserved for some", () => {
  it("are told apart in the availability, and the others are told full though they are free", async () => {
    const event = await reserved();
    expect(await availability(service, event.path)).toMatchObject([{ capacity: 4, free: 2, reserved: 2 }]);
    await holders(2, younger, event);
    expect(await availability(service, event.path)).toMatchObject([{ held: 2, free: 0, reserved: 2 }]);
    expect(await asked(await younger(), event)).toBe("409 event-full");
    expect(await asked(await elder(), event)).toBe("confirmed");
    expect(await availability(service, event.path)).toMatchObject([{ held: 3, free: 0, reserved: 1 }]);
  });

  it("are taken first by those for whom they are, who then have the group's own as well", async () => {
    const event = await reserved();
    await holders(2, elder, event);
    expect(await availability(service, event.path)).toMatchObject([{ held: 2, free: 2, reserved: 0 }]);
    await holders(2, elder, event);
    expect(await availability(service, event.path)).toMatchObject([{ held: 4, free: 0, reserved: 0 }]);
    expect(await asked(await elder(), event)).toBe("409 event-full");
  });

  it("come back to where they were taken", async () => {
    const event = await reserved();
    const [first] = (await holders(1, elder, event)) as [Holder];
    await holders(2, younger, event);
    await good(cancel(first));
    expect(await availability(service, event.path)).toMatchObject([{ held: 2, free: 0, reserved: 2 }]);
    expect(await asked(await younger(), event)).toBe("409 event-full");
  });

  it("serve a rush by the same rules", async () => {
    const event = await reserved({ mode: "queued", waitlist: false });
    const people = [await younger(), await younger(), await younger(), await elder(), await elder()];
    const registrations: { call: Client; registrationId: string; ticket: string }[] = [];
    for (const call of people) {
      const answer = await good(signUp(call, event.path, event.groupId));
      if (answer.status === "queued") registrations.push({ call, ...answer });
      service.clock.advance(1);
    }
    await deliver(service, "sign-ups");
    expect(await availability(service, event.path)).toMatchObject([{ held: 4, free: 0, reserved: 0 }]);
    const [, , third] = registrations;
    const read = third?.call(registrationRoutes.getRegistration, {
      path: { registrationId: third.registrationId },
      query: { ticket: third.ticket },
    });
    expect(read && (await refused(read))).toBe("409 event-full");
  });

  it("cannot be more than the group has", async () => {
    const event = await reserved();
    const groups = event.groups.map(({ groupId, name, pools }) => ({ groupId, name, pools, capacity: 1 }));
    expect(await refused(changed(service, event.path, { groups }))).toBe("422 invalid-event");
  });
});

describe("from the instant on at which reserved places flow back", () => {
  it("everybody may have them", async () => {
    const event = await reserved();
    await holders(2, younger, event);
    service.clock.set(new Date(Date.parse(flowsBackAt) - 1_000));
    expect(await asked(await younger(), event)).toBe("409 event-full");
    flowBack();
    expect(await availability(service, event.path)).toMatchObject([{ held: 2, free: 2, reserved: 0 }]);
    await holders(2, younger, event);
    expect(await asked(await elder(), event)).toBe("409 event-full");
    expect(await availability(service, event.path)).toMatchObject([{ held: 4, free: 0, reserved: 0 }]);
  });

  it("those who wait come first, and a newcomer gets none of them meanwhile", async () => {
    const event = await reserved();
    await holders(2, younger, event);
    const first = await join(await younger(), event);
    flowBack();
    expect(await asked(await younger(), event)).toBe("409 event-full");
    expect(await availability(service, event.path)).toMatchObject([{ free: 0, waitlisted: 1 }]);
    expect(await runJob("offerPlaces")).toBe(true);
    expect(await standing(first)).toMatchObject({ status: "offered" });
    // The other place is everybody's once nobody waits.
    expect(await asked(await younger(), event)).toBe("confirmed");
    expect(await availability(service, event.path)).toMatchObject([{ held: 4, free: 0, reserved: 0 }]);
  });

  it("nobody had to be offered one before", async () => {
    const event = await reserved();
    await holders(2, younger, event);
    const [waiter] = (await queueFor(service, event, 1)) as [Holder];
    expect(await runJob("offerPlaces")).toBe(true);
    expect(await standing(waiter)).toMatchObject({ status: "waitlisted", position: 1 });
  });

  it("a place of theirs that is given back goes to who waits", async () => {
    const event = await reserved();
    const [held] = (await holders(1, elder, event)) as [Holder];
    await holders(1, elder, event);
    await holders(2, younger, event);
    const waiter = await join(await younger(), event);
    flowBack();
    await good(cancel(held));
    expect(await standing(waiter)).toMatchObject({ status: "offered" });
  });
});

describe("one who waits for reserved places", () => {
  it("is offered one that those before them may not have", async () => {
    const event = await reserved();
    const [held] = (await holders(2, elder, event)) as [Holder];
    await holders(2, younger, event);
    const before = await join(await younger(), event);
    const old = await join(await elder(), event);
    await good(cancel(held));
    expect(await standing(before)).toMatchObject({ status: "waitlisted", position: 1 });
    expect(await standing(old)).toMatchObject({ status: "offered" });
  });
});
