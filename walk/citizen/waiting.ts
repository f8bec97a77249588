import { noticeRoutes } from "#shared/notices/contract.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { after, beijing, minutes } from "../calendar.ts";
import { type Published, published } from "../events.ts";
import { entered, read, type Scene, type Someone, signUpInput, statusOf } from "../scene.ts";
import { eventually, including } from "../walk.ts";

interface Full extends Published {
  holder: Someone & { registrationId: string };
}

/** An event whose only place somebody has. */
async function full({ service, organiser, someone }: Scene): Promise<Full> {
  const event = await published(service, organiser, {
    groups: [{ name: "成人组", capacity: 1 }],
    waitlist: true,
  });
  const holder = await someone("钱先生");
  return { ...event, holder: { ...holder, ...(await entered(holder, event)) } };
}

const offered = ({ service }: Scene, call: Someone["call"], registrationId: string) =>
  eventually(
    () => read(call, registrationId),
    ({ status }) => status === "offered",
    () => service.job("offerPlaces"),
  );

/** A full event: the line, an offered place taken, declined and lapsed, and leaving. */
export async function waiting(scene: Scene): Promise<void> {
  const { service, walk, me, someone } = scene;
  walk.chapter("满员：候补", "A full event: the waiting list");
  const event = await full(scene);
  await walk.refused(
    ["名额已满", "all places are taken"],
    me,
    registrationRoutes.signUp,
    signUpInput(event),
    "409 event-full",
  );
  const before = await someone("孙女士");
  const ahead = await walk.granted(
    ["别人先候补", "somebody else waits first"],
    before.call,
    registrationRoutes.signUp,
    signUpInput(event, { waitlist: true }),
    { status: "waitlisted" },
  );
  const mine = await walk.granted(
    ["我也候补", "I wait too"],
    me,
    registrationRoutes.signUp,
    signUpInput(event, { waitlist: true }),
    { status: "waitlisted" },
  );
  const at = { path: { registrationId: mine.registrationId } };
  await walk.granted(
    ["我排第二", "I am second"],
    me,
    registrationRoutes.getRegistration,
    { ...at, query: {} },
    { status: "waitlisted", position: 2 },
  );
  await walk.granted(
    ["有人退出", "somebody gives a place back"],
    event.holder.call,
    registrationRoutes.cancelRegistration,
    { path: { registrationId: event.holder.registrationId } },
    { status: "cancelled" },
  );
  await offered(scene, before.call, ahead.registrationId);
  await walk.granted(
    ["名额为第一位保留，我变成第一", "it is kept for the first, and I am next"],
    me,
    registrationRoutes.getRegistration,
    { ...at, query: {} },
    { status: "waitlisted", position: 1 },
  );
  await walk.refused(
    ["没有为我保留的名额可接受", "I have no offer to accept"],
    me,
    registrationRoutes.acceptOffer,
    at,
    "409 no-offer",
  );
  await walk.granted(
    ["第一位放弃", "the first declines"],
    before.call,
    registrationRoutes.declineOffer,
    { path: { registrationId: ahead.registrationId } },
    { status: "cancelled" },
  );
  const offer = await offered(scene, me, mine.registrationId);
  const until = "offer" in offer ? (offer.offer?.expiresAt ?? "") : "";
  walk.see(
    ["名额轮到我，保留到（北京时间）", "the place is kept for me until, Beijing time"],
    { status: offer.status, until: beijing(until), later: until > (await service.now()).toISOString() },
    { status: "offered", until: /^\d{4}-\d\d-\d\d (0[89]|1\d|2[0-2]):\d\d$/, later: true },
  );
  const { items } = await walk.granted(
    ["消息里写明保留到何时", "the inbox says until when"],
    me,
    noticeRoutes.listNotifications,
    { query: {} },
    { items: including({ kind: "registration-offered", about: mine.registrationId }) },
  );
  walk.see(
    ["消息里是北京时间", "in Beijing time"],
    items.find(({ kind }) => kind === "registration-offered")?.text.zh,
    new RegExp(beijing(until).slice(11)),
  );
  await walk.granted(["接受", "accept"], me, registrationRoutes.acceptOffer, at, { status: "confirmed" });
  await lapsing(scene);
}

async function lapsing(scene: Scene): Promise<void> {
  const { service, walk, me, someone } = scene;
  walk.chapter("逾期和退出候补", "An offer that lapses, and leaving the line");
  const event = await full(scene);
  const mine = await entered({ call: me }, event, { waitlist: true });
  const next = await someone("李女士");
  const theirs = await entered(next, event, { waitlist: true });
  const leaver = await someone("周先生");
  const left = await entered(leaver, event, { waitlist: true });
  const at = { path: { registrationId: mine.registrationId } };
  await walk.granted(
    ["排队的人随时可以离开", "who waits may leave at any time"],
    leaver.call,
    registrationRoutes.cancelRegistration,
    { path: { registrationId: left.registrationId } },
    { status: "cancelled" },
  );
  await granted(event);
  const offer = await offered(scene, me, mine.registrationId);
  const until = "offer" in offer ? (offer.offer?.expiresAt ?? "") : "";
  await service.go(after(new Date(until), minutes(1)));
  await walk.granted(
    [`过了 ${beijing(until)} 就失效`, "a minute later it has lapsed"],
    me,
    registrationRoutes.getRegistration,
    { ...at, query: {} },
    { status: "expired" },
  );
  await walk.refused(
    ["逾期不能再接受", "it cannot be accepted any more"],
    me,
    registrationRoutes.acceptOffer,
    at,
    // Whether the sweep has passed on the place already or not.
    /^409 (offer-expired|no-offer)$/,
  );
  const status = await eventually(
    () => statusOf(next.call, theirs.registrationId),
    (seen) => seen === "offered",
    () => service.job("offerPlaces"),
  );
  walk.see(["名额给了下一位", "the next in line is offered the place"], { status }, { status: "offered" });

  async function granted({ holder }: Full): Promise<void> {
    await walk.granted(
      ["有人退出", "somebody gives the place back"],
      holder.call,
      registrationRoutes.cancelRegistration,
      { path: { registrationId: holder.registrationId } },
      { status: "cancelled" },
    );
  }
}
