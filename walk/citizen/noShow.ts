import { registrationRoutes } from "#shared/registration/contract.ts";
import { programmeRoutes } from "#shared/registration/programme/contract.ts";
import { standingRoutes } from "#shared/registration/standing/contract.ts";
import { after, hours, minutes, nextAt } from "../calendar.ts";
import { published } from "../events.ts";
import { entered, type Scene, signUpInput } from "../scene.ts";
import { eventually, granted, including } from "../walk.ts";

/** So many no-shows lead to a pause, by the policy's default. */
const NO_SHOWS = 3;

/** Somebody who does not come three times, pauses, appeals and is heard. */
export async function noShow({ service, walk, organiser, someone }: Scene): Promise<void> {
  walk.chapter("爽约、暂停与申诉", "No-shows, a pause and an appeal");
  await service.go(nextAt(await service.now(), 8));
  const now = await service.now();
  const absent = await someone("常先生");
  const present = await someone("乐女士");
  for (let at = 1; at <= NO_SHOWS; at += 1) {
    const event = await published(service, organiser, {
      startsAt: after(now, hours(at)).toISOString(),
      endsAt: after(now, hours(at) + minutes(40)).toISOString(),
      signUpClosesAt: after(now, hours(at)).toISOString(),
    });
    await entered(absent, event);
    const { registrationId } = await entered(present, event);
    await granted(organiser(programmeRoutes.checkIn, { path: event.path, body: { registrationId } }));
  }
  const later = await published(service, organiser);
  await service.go(after(nextAt(now, 1), minutes(5)));
  const mine = () => granted(absent.call(standingRoutes.listMyPenalties, {}));
  const { items } = await eventually(
    mine,
    (seen) => seen.items.length > 0,
    () => service.job("markNoShows"),
  );
  walk.see(
    ["三次爽约，暂停报名，写明申诉期限", "three no-shows: a pause, with until when to appeal"],
    items,
    [{ status: "running", until: /Z$/, appealUntil: /Z$/, noShows: [{}, {}, {}] }],
  );
  await walk.refused(
    ["暂停期间不能报名", "no sign-up meanwhile"],
    absent.call,
    registrationRoutes.signUp,
    signUpInput(later),
    "409 penalty-active",
  );
  const penaltyId = items[0]?.penaltyId ?? "";
  const { appealId } = await walk.granted(
    ["申诉", "appeal"],
    absent.call,
    standingRoutes.appealPenalty,
    { path: { penaltyId }, body: { reason: "当天突发急病，有病历" } },
    { penaltyId, status: "open" },
  );
  await walk.refused(
    ["一次处理只能申诉一次", "once for each penalty"],
    absent.call,
    standingRoutes.appealPenalty,
    { path: { penaltyId }, body: { reason: "再说一遍" } },
    "409 appealed-already",
  );
  const bureau = service.as("walk-bureau", ["admin"], undefined, ["pwd", "mfa"]);
  await walk.granted(
    ["体育局收到申诉", "the bureau has it"],
    bureau,
    standingRoutes.listAppeals,
    { query: { limit: 100 } },
    { items: including({ appealId, status: "open" }) },
  );
  await walk.granted(
    ["体育局撤销暂停", "and lifts the pause"],
    bureau,
    standingRoutes.decideAppeal,
    { path: { appealId }, body: { outcome: "lifted", reason: "病历属实" } },
    { outcome: "lifted" },
  );
  await walk.granted(
    ["又可以报名", "signing up is possible again"],
    absent.call,
    registrationRoutes.signUp,
    signUpInput(later),
    { status: "confirmed" },
  );
}
