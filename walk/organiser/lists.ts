import { peopleRoutes } from "#shared/people/contract.ts";
import { consentTexts } from "#shared/people/policy.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { deskRoutes } from "#shared/registration/desk/contract.ts";
import { insightRoutes } from "#shared/registration/insight/contract.ts";
import { type Published, published } from "../events.ts";
import { bornFor, invented, inventedChild } from "../people.ts";
import { entered, type Scene, signUpInput } from "../scene.ts";
import { granted, including } from "../walk.ts";

const guardianConsent = { version: consentTexts["guardian-of-minor"].version, given: true as const };

/** Who signed up: masked, at the desk, counted; and how far capacity can go down. */
export async function lists(scene: Scene): Promise<void> {
  const { service, organiser, someone, year } = scene;
  const event = await published(service, organiser, {
    groups: [{ name: "健步组", capacity: 4 }],
    waitlist: true,
  });
  const parent = await someone("陆妈妈");
  await entered(parent, event);
  const child = await granted(
    parent.call(peopleRoutes.addDependant, {
      body: { relation: "child", ...inventedChild("陆小鱼", bornFor(10, year)), guardianConsent },
    }),
  );
  await entered(parent, event, { participantId: child.personId });
  await entrants(scene, event);
  await desk(scene, event);
  await figures(scene, event);
  await capacity(scene, event);
  await qualifying(scene);
}

async function entrants({ walk, organiser, stranger }: Scene, { path }: Published): Promise<void> {
  walk.chapter("报名名单", "Who signed up");
  const { items } = await walk.granted(
    ["成人只显示掩码", "adults are masked"],
    organiser,
    registrationRoutes.listEntrants,
    { path, query: {} },
    { items: including({ name: /^陆\*/, idNumberMasked: /^320\*+\w{4}$/, phoneMasked: /\*{4}/ }) },
  );
  const minor = items.find(({ ageGroup }) => ageGroup !== undefined);
  walk.see(["未成年人只有姓和年龄段", "a minor is a surname and an age group"], minor, {
    name: "陆**",
    ageGroup: "6-13",
    idNumberMasked: (seen: unknown) => seen === undefined,
    birthYear: (seen: unknown) => seen === undefined,
  });
  await walk.refused(
    ["别的单位看不到名单", "another organisation sees no list"],
    stranger,
    registrationRoutes.listEntrants,
    { path, query: {} },
    "404 not-found",
  );
}

async function desk({ walk, organiser, year }: Scene, { path, groupId }: Published): Promise<void> {
  walk.chapter("窗口代报名", "Signing up at the desk");
  const { phone: _none, ...person } = invented("沈桂英", bornFor(72, year));
  const body = { groupId, person, consents: [], evidence: { kind: "in-person" as const } };
  await walk.granted(
    ["没有手机的老人到窗口报名", "an elder without a telephone comes to the desk"],
    organiser,
    deskRoutes.signUpOnBehalf,
    { path, body },
    { status: "confirmed", onBehalf: "in-person", participantNameMasked: /^沈\*/ },
  );
  await walk.refused(
    ["同一证件再来一次", "the same document again"],
    organiser,
    deskRoutes.signUpOnBehalf,
    { path, body },
    "409 already-signed-up",
  );
  const minor = inventedChild("周小树", bornFor(9, year));
  await walk.refused(
    ["未成年人没有监护人签字", "a minor without a guardian's signature"],
    organiser,
    deskRoutes.signUpOnBehalf,
    { path, body: { ...body, person: minor } },
    "422 guardian-required",
  );
  const guardian = { name: "周妈妈", phone: "13900007777", signed: true as const, guardianConsent };
  await walk.granted(
    ["监护人签字并单独同意", "with it, and separate consent"],
    organiser,
    deskRoutes.signUpOnBehalf,
    { path, body: { ...body, person: minor, guardian } },
    { status: "confirmed", onBehalf: "in-person" },
  );
}

async function figures({ service, walk, organiser, someone }: Scene, event: Published): Promise<void> {
  walk.chapter("报名统计", "Statistics of the event");
  const waiter = await someone("何先生");
  await walk.granted(
    ["名额已满，有人候补", "it is full, and somebody waits"],
    waiter.call,
    registrationRoutes.signUp,
    signUpInput(event, { waitlist: true }),
    { status: "waitlisted" },
  );
  const { path } = event;
  const { groups } = await granted(service.anyone(registrationRoutes.getAvailability, { path }));
  const [seen] = groups;
  await walk.granted(
    ["统计与公开的剩余名额一致", "the figures equal the public availability"],
    organiser,
    insightRoutes.getEventStatistics,
    { path },
    {
      total: { capacity: 4, held: seen?.held, confirmed: seen?.confirmed, free: seen?.free, fillRate: 1 },
      groups: [{ held: 4, waitlisted: seen?.waitlisted }],
      statuses: (statuses: { status: string; count: number }[]) =>
        statuses.some(({ status, count }) => status === "confirmed" && count === 4) &&
        statuses.some(({ status, count }) => status === "waitlisted" && count === 1),
    },
  );
}

async function capacity({ service, walk, organiser }: Scene, { path }: Published): Promise<void> {
  walk.chapter("调整名额", "Capacity");
  const event = await granted(service.anyone(registrationRoutes.getEvent, { path }));
  const groups = (count: number) =>
    event.groups.map(({ groupId, name }) => ({ groupId, name, capacity: count }));
  await walk.refused(
    ["低于已确认人数：拒绝，并说明还能减几个", "below the places taken: refused, with the count"],
    organiser,
    registrationRoutes.changeEvent,
    { path, body: { groups: groups(2) }, ifMatch: event.version },
    "409 capacity-below-confirmed",
    { free: 0, detail: /0/ },
  );
  await walk.granted(
    ["增加名额", "more places"],
    organiser,
    registrationRoutes.changeEvent,
    { path, body: { groups: groups(6) }, ifMatch: event.version },
    { capacity: 6, version: event.version + 1 },
  );
}

async function qualifying({ service, walk, organiser, someone, year }: Scene): Promise<void> {
  walk.chapter("直通名单", "The list of those who qualified");
  const event = await published(service, organiser, {
    allocation: "qualifying",
    groups: [{ name: "精英组", capacity: 5 }],
  });
  const { path } = event;
  const runner = invented("韩跑者", bornFor(28, year));
  const { idType, idNumber } = runner;
  const body = { entries: [{ idType, idNumber, basis: "earlier-result" as const }] };
  const added = await walk.granted(
    ["加入一个证件", "put a document on it"],
    organiser,
    deskRoutes.addQualifiers,
    { path, body },
    { total: 1, qualifiers: [{ qualifierId: /^qlf_/, basis: "earlier-result" }] },
  );
  await walk.refused(
    ["有一行不对：整批不收，指出哪一行", "one wrong row: none is taken, and it is named"],
    organiser,
    deskRoutes.addQualifiers,
    { path, body: { entries: [...body.entries, { idType, idNumber: "320599199001010000" }] } },
    "422 invalid-qualifiers",
    { errors: [{ pointer: /^\/entries\/1/ }] },
  );
  await walk.granted(
    ["名单里几个人", "how many are on it"],
    organiser,
    deskRoutes.getQualifiers,
    { path },
    { total: 1, anyGroup: 1 },
  );
  const other = await someone("不在名单");
  await walk.refused(
    ["不在名单的人", "somebody who is not on it"],
    other.call,
    registrationRoutes.signUp,
    signUpInput(event),
    "422 not-qualified",
  );
  const call = service.as(`walk-runner-${added.qualifiers[0]?.qualifierId ?? ""}`, ["citizen"]);
  await granted(call(peopleRoutes.putMe, { body: runner }));
  await walk.granted(
    ["名单上的人报名", "who is on it signs up"],
    call,
    registrationRoutes.signUp,
    signUpInput(event),
    { status: "confirmed" },
  );
}
