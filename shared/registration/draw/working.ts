import { dismiss, enlist, grant, type Terms } from "#shared/allotment/grant.ts";
import { drawable, type Holder, placesOf, TOTAL } from "#shared/allotment/model.ts";
import { findRoot } from "#shared/ledger/roots.ts";
import { hurry } from "#shared/notices/hurry.ts";
import type { Item, Part } from "#shared/platform/database.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { businessDate } from "#shared/platform/time.ts";
import type { RegistrationClaim } from "../model.ts";
import { limitsEnded } from "../standing/guards.ts";
import { commitEventChange, kernel, type PublishedEvent, places } from "../store.ts";
import { beaconDay, refuseBeforeClosing } from "./deciding.ts";
import { putEntrants, putResult, readList, readResultText } from "./files.ts";
import type { Draw } from "./model.ts";
import { decidedNotice, noticeIdOf } from "./notices.ts";
import { drawProblems } from "./problems.ts";
import {
  drawPlaces,
  type Entrant,
  entrantsText,
  type Result,
  readEntrants,
  readResult,
  resultText,
  rootOf,
  type Stakes,
} from "./rules.ts";
import { pseudonymOf, seedOf } from "./secrets.ts";
import { findDraw, planDraw } from "./store.ts";

const claimOf = ({ claim }: Holder) => claim as unknown as RegistrationClaim;

/** Alone, or the first of those who entered together. */
const stands = ({ state, party, holder }: Holder): boolean =>
  state === "entered" && (party?.[0] ?? holder) === holder;

const PAGE = 500;

/** A page of those who entered, and where the next begins. */
async function readPage(event: PublishedEvent, at: { shard: number; key?: Item } | undefined) {
  const { holders, next } = await places.listHolders(event.allotment, PAGE, at);
  return { entered: holders.filter(stands), ...(next && { next }) };
}

async function listEntrants(event: PublishedEvent): Promise<Entrant[]> {
  const instant = kernel.now().toISOString();
  const entrants: Entrant[] = [];
  let at: { shard: number; key?: Item } | undefined;
  do {
    const { entered, next } = await readPage(event, at);
    for (const holder of entered)
      entrants.push({
        pseudonym: await pseudonymOf(event.eventId, holder.holder),
        groupId: claimOf(holder).groupId,
        places: placesOf(holder),
        leaves: drawable(event.allotment, holder.leaves ?? [holder.leaf], instant),
      });
    at = next;
  } while (at);
  return entrants;
}

async function freePlaces({ allotment }: PublishedEvent): Promise<Stakes> {
  const lanes = await places.readLanes(allotment, true);
  const free = (counter: string) => (lanes[counter] ?? []).reduce((sum, lane) => sum + lane.places, 0);
  return {
    leaves: Object.fromEntries(allotment.leaves.map((leaf) => [leaf, free(leaf)])),
    ...(allotment.total && { total: free(TOTAL) }),
  };
}

/**
 * Publishes the list of who entered. First nobody enters any more: the rules of every lane rise in one write, so that
 * whoever is on the way is judged again, and refused. Refuses `signup-open`.
 */
export async function closeDraw(event: PublishedEvent, draw: Draw): Promise<Draw> {
  const now = kernel.now();
  refuseBeforeClosing(event, now);
  if (event.entriesClosedAt === undefined) {
    const after = { ...event, entriesClosedAt: now.toISOString(), version: event.version + 1 };
    // All that is free comes to one lane, on which those who are not selected can wait for it.
    await commitEventChange(event, { after, places: {}, lanes: 1 });
  }
  const entrants = await listEntrants(event);
  const text = entrantsText(entrants);
  const entrantRoot = rootOf(text);
  await putEntrants(event.eventId, entrantRoot, text);
  const closed: Draw = {
    ...draw,
    stage: "closed",
    version: draw.version + 1,
    closedAt: kernel.now().toISOString(),
    entrants: entrants.length,
    entrantRoot,
    places: await freePlaces(event),
    beaconOn: beaconDay(event),
  };
  await dynamo.commit([planDraw(closed)]);
  return closed;
}

/** What the draw waited for, once it is known. Refuses `beacon-unknown`, and `beacon-required` where somebody must say it. */
async function beaconOf(event: PublishedEvent, draw: Draw, told: string | undefined): Promise<string> {
  const { beaconOn = "" } = draw;
  const unknown = () => new Refusal(drawProblems.beaconUnknown, { facts: { date: beaconOn } });
  if (businessDate(kernel.now()) < beaconOn) throw unknown();
  if (event.draw?.beacon.source === "sports-lottery") {
    if (told === undefined) throw new Refusal(drawProblems.beaconRequired);
    return told;
  }
  const root = await findRoot(dynamo, beaconOn);
  if (!root) throw unknown();
  return root.hash;
}

/** Draws, and publishes seed, beacon and result. Refuses what {@link beaconOf} refuses. */
export async function makeDraw(
  event: PublishedEvent,
  draw: Draw,
  told: { beacon?: string | undefined; also?: readonly Part[] } = {},
): Promise<Draw> {
  const { eventId } = event;
  const { entrantRoot = "", places: stakes = { leaves: {} }, commitment } = draw;
  const beacon = await beaconOf(event, draw, told.beacon);
  const seed = await seedOf(eventId);
  const entrants = readEntrants(await readList(eventId, entrantRoot));
  const drawn = drawPlaces(entrants, { seed, root: entrantRoot, beacon }, stakes);
  const head = { format: "leyun-draw-1", eventId, commitment, seed: seed.toString("hex") } as const;
  const text = resultText({ ...head, entrantRoot, beacon, places: stakes }, drawn);
  const resultHash = rootOf(text);
  await putResult(eventId, resultHash, text);
  const after: Draw = {
    ...draw,
    stage: "drawn",
    version: draw.version + 1,
    drawnAt: kernel.now().toISOString(),
    seed: head.seed,
    beaconValue: beacon,
    resultHash,
    selected: drawn.filter(({ leaf }) => leaf !== undefined).length,
  };
  await dynamo.commit([planDraw(after), ...(told.also ?? [])]);
  return after;
}

/** How far the result has been carried out: first the places, then those who got none. */
export interface Carried extends Item {
  pass: "selected" | "others";
  at?: { shard: number; key?: Item };
}

interface Found {
  holder: Holder;
  result: Result;
}

/** Ranks as sort keys: whoever is not selected waits in the order of the draw. */
const turnOf = (draw: Draw, rank: number): string => `${draw.drawnAt}~${String(rank).padStart(8, "0")}`;

async function carry(event: PublishedEvent, draw: Draw, found: readonly Found[]): Promise<Holder[]> {
  const results = new Map(found.map(({ holder, result }) => [holder.holder, result]));
  const resultOf = ({ party, holder }: Holder) => results.get(party?.[0] ?? holder);
  const as = (status: RegistrationClaim["status"]): Terms => ({
    record: (holder) => {
      const { wouldWait: _wish, ...claim } = claimOf(holder);
      const rank = resultOf(holder)?.rank;
      return { ...claim, status, ...(rank !== undefined && { drawRank: rank }) };
    },
    also: (holders) => [
      ...holders.slice(0, 1).flatMap((first) => decidedNotice(event, first, status)),
      ...(status === "not-selected" ? limitsEnded(event.allotment, holders) : []),
    ],
  });
  const keys = (wanted: (one: Found) => boolean) =>
    found.filter(wanted).map(({ holder: { holder } }) => holder);
  const selected = ({ result }: Found) => result.leaf !== undefined;
  const waits = ({ holder }: Found) => claimOf(holder).wouldWait === true;
  const { allotment } = event;
  const decided = [
    ...(await grant(kernel, allotment, keys(selected), {
      ...as("confirmed"),
      leafOf: (first) => resultOf(first)?.leaf,
    })),
    ...(await enlist(
      kernel,
      allotment,
      keys((one) => !selected(one) && waits(one)),
      { ...as("waitlisted"), turnOf: (first) => turnOf(draw, resultOf(first)?.rank ?? 0) },
    )),
    ...(await dismiss(
      kernel,
      allotment,
      keys((one) => !selected(one) && !waits(one)),
      as("not-selected"),
    )),
  ];
  return decided.flatMap((one) =>
    one.outcome === "not-entered" || one.outcome === "full" ? [] : one.holders,
  );
}

/** The result in memory: it is read once for all steps of a run. */
let held: { hash: string; results: Map<string, Result> } | undefined;

async function resultsOf({ eventId, resultHash = "" }: Draw): Promise<Map<string, Result>> {
  if (held?.hash !== resultHash)
    held = { hash: resultHash, results: readResult(await readResultText(eventId, resultHash)) };
  return held.results;
}

/**
 * Carries the result out for a page of those who entered, and says where to go on; nothing at the end. Safe to repeat:
 * who was decided on before is left alone.
 */
export async function carryOut(
  event: PublishedEvent,
  draw: Draw,
  from: Carried = { pass: "selected" },
): Promise<{ handled: number; next?: Carried }> {
  const results = await resultsOf(draw);
  const { entered, next } = await readPage(event, from.at);
  const found: Found[] = [];
  for (const holder of entered) {
    const result = results.get(await pseudonymOf(event.eventId, holder.holder));
    if (result && (result.leaf !== undefined) === (from.pass === "selected")) found.push({ holder, result });
  }
  const told = (await carry(event, draw, found)).filter(
    ({ party, holder }) => (party?.[0] ?? holder) === holder,
  );
  await hurry(
    told.map((holder) => ({
      personId: claimOf(holder).signedUpBy,
      noticeId: noticeIdOf(event, holder),
    })),
  );
  const handled = told.length;
  if (next) return { handled, next: { pass: from.pass, at: next } };
  if (from.pass === "selected") return { handled, next: { pass: "others" } };
  await finish(event.eventId);
  return { handled };
}

/** Everybody's registration says what was drawn; places are the organiser's to change again. */
async function finish(eventId: string): Promise<void> {
  const draw = await findDraw(eventId);
  if (draw?.stage !== "drawn") return;
  const doneAt = kernel.now().toISOString();
  await dynamo.commit([planDraw({ ...draw, stage: "done", version: draw.version + 1, doneAt })]);
}
