import { registrationRoutes } from "#shared/registration/contract.ts";
import { drawRoutes } from "#shared/registration/draw/contract.ts";
import { after, beijingDate, DAY, hours, minutes } from "../calendar.ts";
import { textAt, verified } from "../drawing.ts";
import { raceInput } from "../events.ts";
import { entered, type Scene } from "../scene.ts";
import { eventually, granted } from "../walk.ts";

/** A draw in its three public moments, as the organiser makes it. */
export async function drawing({ service, walk, organiser, stranger, someone }: Scene): Promise<void> {
  walk.chapter("抽签的三个公开时刻", "A draw in three public moments");
  const now = await service.now();
  const closes = after(now, hours(2));
  const drawsOn = beijingDate(after(closes, DAY));
  const beacon = { source: "sports-lottery" as const, game: "大乐透", issue: "26136", drawsOn };
  const body = raceInput(now, {
    allocation: "draw",
    draw: { beacon },
    groups: [{ name: "全程", capacity: 2 }],
    signUpClosesAt: closes.toISOString(),
  });
  await walk.refused(
    ["信标必须在截止之后才知道", "the beacon must be unknown when sign-up closes"],
    organiser,
    registrationRoutes.createEvent,
    { body: { ...body, draw: { beacon: { ...beacon, drawsOn: beijingDate(now) } } } },
    "422 invalid-event",
  );
  const { eventId } = await granted(organiser(registrationRoutes.createEvent, { body }));
  const path = { eventId };
  const { commitment } = await walk.granted(
    ["一：公布种子的承诺", "one: the commitment to the seed"],
    organiser,
    drawRoutes.commitDraw,
    { path },
    { stage: "committed", commitment: /^[0-9a-f]{64}$/, seed: (seen: unknown) => seen === undefined },
  );
  const event = await granted(organiser(registrationRoutes.publishEvent, { path }));
  const groupId = event.groups[0]?.groupId ?? "";
  for (const name of ["冯一", "陈二", "褚三", "卫四"]) await entered(await someone(name), { path, groupId });
  await walk.refused(
    ["报名期间不能抽", "not while people enter"],
    organiser,
    drawRoutes.makeDraw,
    { path, body: { beacon: "01 02 03" } },
    "409 signup-open",
  );
  await service.go(after(closes, minutes(1)));
  const draw = () => granted(service.anyone(drawRoutes.getDraw, { path }));
  const run = () => service.job("runDraws");
  const closed = await eventually(draw, ({ stage }) => stage === "closed", run);
  walk.see(["二：公布名单的根", "two: the root of the list"], closed, {
    stage: "closed",
    commitment,
    entrants: 4,
    entrantRoot: /^[0-9a-f]{64}$/,
    seed: (seen: unknown) => seen === undefined,
  });
  await walk.refused(
    ["信标揭晓之前不能抽", "not before the beacon is known"],
    organiser,
    drawRoutes.makeDraw,
    { path, body: { beacon: "01 02 03" } },
    "409 beacon-unknown",
  );
  await service.go(new Date(`${drawsOn}T13:30:00.000Z`));
  await walk.refused(
    ["别的单位不能抽", "another organisation draws nothing"],
    stranger,
    drawRoutes.makeDraw,
    { path, body: { beacon: "01 02 03" } },
    "404 not-found",
  );
  await walk.granted(
    ["三：用开奖号码抽签", "three: the draw, with the lottery's numbers"],
    organiser,
    drawRoutes.makeDraw,
    { path, body: { beacon: "03 07 12 25 31 + 02 09" } },
    { stage: "drawn", commitment, entrantRoot: closed.entrantRoot ?? "" },
  );
  const done = await eventually(draw, ({ stage }) => stage === "done", run);
  const [result, entrants] = await Promise.all([textAt(done.resultUrl), textAt(closed.entrantsUrl)]);
  walk.see(
    ["verify/draw.ts 重新计算", "verify/draw.ts recomputes it"],
    verified({ result, entrants, draw: done }),
    /4 entered, 2 selected/,
  );
  await walk.granted(
    ["换号码再抽：已有的结果不变", "again with other numbers: what was drawn stands"],
    organiser,
    drawRoutes.makeDraw,
    { path, body: { beacon: "99 99 99" } },
    { stage: "done", beacon: { value: "03 07 12 25 31 + 02 09" }, resultHash: done.resultHash ?? "" },
  );
}
