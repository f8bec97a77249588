import { approvalRoutes } from "#shared/registration/approval/contract.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { drawRoutes } from "#shared/registration/draw/contract.ts";
import { after, beijingDate, DAY, hours, minutes } from "../calendar.ts";
import { textAt, verified } from "../drawing.ts";
import { published } from "../events.ts";
import { uploaded } from "../files.ts";
import { entered, read, type Scene, signUpInput, statusOf } from "../scene.ts";
import { eventually, granted, including } from "../walk.ts";

/** Places that are decided on later: by the organiser, or by a draw. */
export async function decidedLater(scene: Scene): Promise<void> {
  await applying(scene);
  await drawn(scene);
}

async function applying({ service, walk, organiser, me }: Scene): Promise<void> {
  walk.chapter("审核制：带材料申请", "An application with a document");
  const event = await published(service, organiser, {
    allocation: "approval",
    documents: [{ documentId: "licence", title: "参赛资格证书", required: true }],
  });
  await walk.refused(
    ["缺材料", "without the document"],
    me,
    registrationRoutes.signUp,
    signUpInput(event),
    "422 documents-wrong",
  );
  const uploadId = await uploaded(walk, me);
  const { registrationId } = await walk.granted(
    ["提交申请", "apply"],
    me,
    registrationRoutes.signUp,
    signUpInput(event, { documents: [{ documentId: "licence", uploadId }] }),
    { status: "pending-approval" },
  );
  const path = { ...event.path, registrationId };
  await granted(organiser(approvalRoutes.approveRegistration, { path }));
  walk.see(
    ["主办方通过后有名额", "a place once the organiser accepted"],
    { status: await statusOf(me, registrationId) },
    { status: "confirmed" },
  );
}

async function drawn(scene: Scene): Promise<void> {
  const { service, walk, organiser, me, someone } = scene;
  walk.chapter("抽签：任何人都能验算", "A draw that anybody recomputes");
  const now = await service.now();
  const closes = after(now, hours(2));
  const beacon = {
    source: "sports-lottery" as const,
    game: "大乐透",
    issue: "26135",
    drawsOn: beijingDate(after(closes, DAY)),
  };
  const event = await published(service, organiser, {
    allocation: "draw",
    draw: { beacon },
    groups: [{ name: "全程", capacity: 1 }],
    signUpClosesAt: closes.toISOString(),
  });
  const { commitment } = await walk.granted(
    ["报名前已公布种子的承诺", "the seed is committed to before anybody enters"],
    service.anyone,
    drawRoutes.getDraw,
    { path: event.path },
    { stage: "committed", commitment: /^[0-9a-f]{64}$/, seed: (seed: unknown) => seed === undefined },
  );
  const { registrationId } = await walk.granted(
    ["参加抽签", "enter the draw"],
    me,
    registrationRoutes.signUp,
    signUpInput(event),
    { status: "pending-draw" },
  );
  for (const name of ["吴先生", "郑女士"]) await entered(await someone(name), event);

  await service.go(after(closes, minutes(1)));
  const draw = () => granted(service.anyone(drawRoutes.getDraw, { path: event.path }));
  const run = () => service.job("runDraws");
  const closed = await eventually(draw, ({ stage }) => stage === "closed", run);
  walk.see(["截止后公布名单和根", "the list and its root are published"], closed, {
    stage: "closed",
    entrants: 3,
    entrantRoot: /^[0-9a-f]{64}$/,
  });
  const entrants = await textAt(closed.entrantsUrl);
  const entry = await read(me, registrationId);
  const drawPseudonym = "drawPseudonym" in entry ? (entry.drawPseudonym ?? "") : "";
  walk.see(
    ["我的代号在名单里", "my pseudonym is in the list"],
    { drawPseudonym, listed: drawPseudonym !== "" && entrants.includes(drawPseudonym) },
    { drawPseudonym: /./, listed: true },
  );

  await service.go(after(new Date(`${beacon.drawsOn}T13:30:00.000Z`), 0));
  await walk.granted(
    ["第二天开奖号码作为信标", "the lottery's numbers of the next day are the beacon"],
    organiser,
    drawRoutes.makeDraw,
    { path: event.path, body: { beacon: "03 07 12 25 31 + 02 09" } },
    { stage: "drawn", commitment, entrantRoot: closed.entrantRoot ?? "" },
  );
  const done = await eventually(draw, ({ stage }) => stage === "done", run);
  const result = await textAt(done.resultUrl);
  walk.see(
    ["verify/draw.ts 重新计算整个抽签", "verify/draw.ts recomputes the whole draw"],
    verified({ result, entrants, draw: done }),
    /3 entered, 1 selected/,
  );
  const line = result.split("\n").find((one) => one.includes(drawPseudonym)) ?? "";
  const [rank = "", , leaf] = line.split(" ");
  await walk.granted(
    ["我的名次和结果与公布的一致", "my rank and result are those that were published"],
    me,
    registrationRoutes.getRegistration,
    { path: { registrationId }, query: {} },
    { drawPseudonym, drawRank: Number(rank), status: leaf === "-" ? "not-selected" : "confirmed" },
  );
  await walk.granted(
    ["抽签结果也在我的报名里", "and it is among my registrations"],
    me,
    registrationRoutes.listMyRegistrations,
    { query: { limit: 100 } },
    { items: including({ registrationId, drawRank: Number(rank) }) },
  );
}
