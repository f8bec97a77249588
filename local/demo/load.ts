import { peopleRoutes } from "#shared/people/contract.ts";
import { consentTexts } from "#shared/people/policy.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import type { LocalService } from "../service.ts";
import { accountsOf } from "./callers.ts";
import { beforeEverything, type DemoEvent, makeEvents } from "./events.ts";
import { postDemonstration } from "./ledger.ts";
import { loadMerchant, makeMerchants } from "./merchants.ts";
import { openSandbox, payDemonstration } from "./payments.ts";
import { type DemoPerson, makePeople } from "./people.ts";
import { personas } from "./personas.ts";
import { planRegistrations, type Wave } from "./registrations.ts";
import { loadSeries } from "./series.ts";

const SEED = 320_599;
const AT_ONCE = 16;
/** Between two sign-ups of an evening, on the service's clock. */
const SECONDS_BETWEEN = 11;

/** Works through the items, a bounded number of them at once. */
async function each<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

class Loading {
  readonly #done = {
    events: 0,
    drafts: 0,
    people: 0,
    registrations: 0,
    cancelled: 0,
    merchants: 0,
    payments: 0,
  };
  readonly #service: LocalService;
  readonly #account: ReturnType<typeof accountsOf>;
  readonly #personIds = new Map<DemoPerson, string>();
  readonly #events = new Map<DemoEvent, { eventId: string; groupIds: ReadonlyMap<string, string> }>();
  readonly #registrations = new Map<DemoEvent, Map<DemoPerson, string>>();

  constructor(service: LocalService) {
    this.#service = service;
    this.#account = accountsOf(service);
  }

  /** How far it is, in Chinese and in English. */
  told(): [string, string] {
    const { events, drafts, people, registrations, cancelled, merchants, payments } = this.#done;
    return [
      `已发布赛事 ${events} 项，草稿 ${drafts} 项，人员 ${people} 位，报名 ${registrations} 人次，其中取消 ${cancelled} 人次，商户 ${merchants} 家，付款 ${payments} 笔`,
      `${events} events published, ${drafts} drafts, ${people} people, ${registrations} registrations, ${cancelled} of them cancelled, ${merchants} merchants, ${payments} payments`,
    ];
  }

  #citizen(sub: string) {
    return this.#account(sub, "citizen");
  }

  async #profile(person: DemoPerson): Promise<void> {
    const { personId } = await this.#citizen(person.key)(peopleRoutes.putMe, { body: person.profile });
    this.#personIds.set(person, personId);
    this.#done.people += 1;
  }

  async #child(person: DemoPerson): Promise<void> {
    const { phone: _, ...identity } = person.profile;
    const guardianConsent = { version: consentTexts["guardian-of-minor"].version, given: true } as const;
    const body = { relation: "child", ...identity, guardianConsent } as const;
    const { personId } = await this.#citizen(person.signedUpBy)(peopleRoutes.addDependant, { body });
    this.#personIds.set(person, personId);
    this.#done.people += 1;
  }

  async #entrust(elder: DemoPerson): Promise<void> {
    const { invitationCode } = await this.#citizen(elder.key)(peopleRoutes.inviteProxy, {});
    const body = { relation: "elder", invitationCode } as const;
    await this.#citizen(elder.signedUpBy)(peopleRoutes.addDependant, { body });
  }

  /** Accounts first, then those whom somebody else enters or represents. */
  async people(people: readonly DemoPerson[]): Promise<void> {
    await each(
      people.filter(({ child }) => !child),
      (person) => this.#profile(person),
    );
    await each(
      people.filter(({ key, signedUpBy }) => key !== signedUpBy),
      (person) => (person.child ? this.#child(person) : this.#entrust(person)),
    );
  }

  #organiser(org: string) {
    const sub = personas.find((persona) => persona.org === org)?.sub ?? `demo-of-${org}`;
    return this.#account(sub, "organiser", org);
  }

  async series(now: Date): Promise<void> {
    this.#done.events += await loadSeries(now, (org) => this.#organiser(org));
  }

  async #event(event: DemoEvent): Promise<void> {
    const organiser = this.#organiser(event.organiser);
    const { eventId, groups } = await organiser(registrationRoutes.createEvent, { body: event.input });
    this.#events.set(event, {
      eventId,
      groupIds: new Map(groups.map(({ name, groupId }) => [name, groupId])),
    });
    if (!event.draft) await organiser(registrationRoutes.publishEvent, { path: { eventId } });
    this.#done[event.draft ? "drafts" : "events"] += 1;
  }

  events(events: readonly DemoEvent[]): Promise<void> {
    return each(events, (event) => this.#event(event));
  }

  async #signUp(event: DemoEvent, groupName: string, person: DemoPerson): Promise<void> {
    const { eventId = "", groupIds } = this.#events.get(event) ?? {};
    const participantId = person.key === person.signedUpBy ? undefined : this.#personIds.get(person);
    const { registrationId } = await this.#citizen(person.signedUpBy)(registrationRoutes.signUp, {
      path: { eventId },
      body: {
        groupId: groupIds?.get(groupName) ?? "",
        consents: (event.input.statements ?? []).map(({ statementId, version }) => ({
          statementId,
          version,
        })),
        ...(participantId !== undefined && { participantId }),
      },
    });
    const ofEvent = this.#registrations.get(event) ?? new Map<DemoPerson, string>();
    this.#registrations.set(event, ofEvent.set(person, registrationId));
    this.#done.registrations += 1;
  }

  async #cancel(event: DemoEvent, person: DemoPerson): Promise<void> {
    const registrationId = this.#registrations.get(event)?.get(person) ?? "";
    await this.#citizen(person.signedUpBy)(registrationRoutes.cancelRegistration, {
      path: { registrationId },
    });
    this.#done.cancelled += 1;
  }

  async payments(): Promise<void> {
    this.#done.payments = await payDemonstration(this.#service, this.#account);
  }

  merchants(now: Date): Promise<void> {
    return each(makeMerchants(now), async (merchant) => {
      await loadMerchant(merchant, this.#account);
      this.#done.merchants += 1;
    });
  }

  async wave({ at, steps }: Wave): Promise<void> {
    this.#service.clock.set(at);
    await each(steps, ({ act, event, group, person }) => {
      this.#service.clock.advance(SECONDS_BETWEEN);
      return act === "sign-up" ? this.#signUp(event, group, person) : this.#cancel(event, person);
    });
  }
}

/** Those who sign up, and the accounts by which they do, before all who only have a profile. */
function inTurn(people: readonly DemoPerson[], waves: readonly Wave[]): [DemoPerson[], DemoPerson[]] {
  const keys = new Set(
    waves.flatMap(({ steps }) => steps.flatMap(({ person }) => [person.key, person.signedUpBy])),
  );
  return [people.filter(({ key }) => keys.has(key)), people.filter(({ key }) => !keys.has(key))];
}

/**
 * Loads invented events, people and registrations through the public API, so that there is nothing the service would
 * not allow. What has begun is loaded first, with the clock where it then was; the clock is right again afterwards.
 */
export async function loadDemonstration(
  service: LocalService,
  progress: (zh: string, en: string) => void,
): Promise<void> {
  const now = service.clock.now();
  const offset = now.getTime() - Date.now();
  const backToNow = () => service.clock.set(new Date(Date.now() + offset));
  const events = makeEvents(SEED, now);
  const people = makePeople(SEED, now);
  const waves = planRegistrations(SEED, { events, people, now });
  const begun = new Set(waves.flatMap(({ steps }) => steps.map(({ event }) => event)));
  for (const event of events) if (event.input.signUpClosesAt <= now.toISOString()) begun.add(event);
  const [entrants, others] = inTurn(people, waves);

  const loading = new Loading(service);
  const sandbox = openSandbox(service);
  const telling = setInterval(() => progress(...loading.told()), 1_000);
  try {
    service.clock.set(beforeEverything(events));
    await loading.people(entrants);
    await loading.events([...begun]);
    for (const wave of waves) await loading.wave(wave);
    backToNow();
    await postDemonstration();
    await loading.merchants(now);
    await loading.series(now);
    await loading.events(events.filter((event) => !begun.has(event)));
    await loading.people(others);
    await sandbox;
    await loading.payments();
  } finally {
    clearInterval(telling);
    backToNow();
  }
  progress(...loading.told());
}
