import { runJob } from "#local/localRoutes.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { drawRoutes } from "#shared/registration/draw/contract.ts";
import type { RegistrationView } from "#shared/registration/model.ts";
import { JournalStream, postLocally, purchase, settle } from "./ledger.ts";
import { citizen, good, NOON, organiser, publishedEvent, signUp, type TestService } from "./service.ts";

const DAY_MS = 86_400_000;

export async function jobs(...names: string[]): Promise<void> {
  for (const job of names) if (!(await runJob(job))) throw new Error(`${job} failed`);
}

/** Days of a draw after those of the draws before: the clock never goes back. `day` 0 is its opening, 20 its closing. */
export class Season {
  static #count = 0;
  readonly #service: TestService;
  readonly #opens: number;

  constructor(service: TestService) {
    this.#service = service;
    this.#opens = NOON.getTime() + Season.#count * 40 * DAY_MS;
    Season.#count += 1;
    this.go(0);
  }

  /** At noon in Shanghai of a day, so many seconds later. */
  at(day: number, seconds = 0): Date {
    return new Date(this.#opens + day * DAY_MS + seconds * 1_000);
  }

  date = (day: number): string => this.at(day).toISOString().slice(0, 10);

  go(day: number, seconds = 0): void {
    this.#service.clock.set(this.at(day, seconds));
  }

  /** An event whose places are drawn by the numbers of a lottery on day 21. */
  input(of: Record<string, unknown> = {}) {
    const issue = `26${Math.floor(this.#opens / DAY_MS)}`;
    return {
      allocation: "draw",
      waitlist: true,
      groups: [{ name: "全程", capacity: 2 }],
      draw: { beacon: { source: "sports-lottery", game: "大乐透", issue, drawsOn: this.date(21) } },
      signUpOpensAt: this.at(0).toISOString(),
      signUpClosesAt: this.at(20).toISOString(),
      startsAt: this.at(30).toISOString(),
      endsAt: this.at(30, 3_600).toISOString(),
      ...of,
    };
  }

  event(of: Record<string, unknown> = {}) {
    return publishedEvent(this.#service, this.input(of));
  }

  /** The list is closed. */
  async close(): Promise<void> {
    this.go(20, 30);
    await jobs("runDraws");
  }

  /** The ledger's root of the day after the closing is known. */
  async rootsKnown(): Promise<void> {
    this.go(22);
    await jobs("sealLedger", "publishRoot");
  }

  /** The list is closed, drawn and carried out. */
  async draw(path: { eventId: string }) {
    await this.close();
    this.go(22);
    await good(drawAs(this.#service, path, "03 07 12 25 31 + 02 09"));
    await jobs("runDraws");
    return drawOf(this.#service, path);
  }
}

/** Books that have begun, without which no day has a root. */
export async function beginBooks(service: TestService): Promise<void> {
  const stream = new JournalStream(service);
  await postLocally(service, purchase("draw:purchase", 10_000, "draw"));
  await settle(service, stream);
  stream.stop();
}

export const drawOf = (service: TestService, path: { eventId: string }) =>
  good(service.anyone(drawRoutes.getDraw, { path }));

export const drawAs = (service: TestService, path: { eventId: string }, beacon?: string) =>
  organiser(service)(drawRoutes.makeDraw, { path, body: { ...(beacon !== undefined && { beacon }) } });

/** So many people who entered; whether they would wait when they are not selected. */
export async function enter(
  service: TestService,
  path: { eventId: string },
  groupId = "",
  count = 1,
  waitlist = false,
) {
  const people = [];
  for (let at = 0; at < count; at += 1) {
    const one = await citizen(service);
    const { registrationId } = await good(signUp(one.call, path, groupId, { waitlist }));
    const read = async () =>
      (await good(
        one.call(registrationRoutes.getRegistration, { path: { registrationId }, query: {} }),
      )) as RegistrationView;
    people.push({ ...one, registrationId, read });
  }
  return people;
}
