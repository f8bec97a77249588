import { randomUUID } from "node:crypto";
import { residentId } from "#local/demo/residentId.ts";
import { type LocalOptions, type LocalService, startService } from "#local/service.ts";
import { type CallInput, type CallOutput, type Client, createClient } from "#shared/client.ts";
import { peopleRoutes } from "#shared/people/contract.ts";
import type { Sex } from "#shared/people/identityDocument.ts";
import type { Role, Route } from "#shared/platform/route.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { holdToDescription } from "./description.ts";

/** Instants around the tests' own day, 2026-06-10 noon in Shanghai. */
export const NOON = new Date("2026-06-10T04:00:00.000Z");

export interface TestService extends LocalService {
  /** A client of the public API, signed in; with a second factor where it is said. */
  as(sub: string, roles: readonly Role[], org?: string, amr?: readonly string[]): Client;
  /** A client without a token. */
  anyone: Client;
}

/** The whole service with tables of its own, its clock at {@link NOON}, and no job running by itself. */
export async function startTestService(options: Partial<LocalOptions> = {}): Promise<TestService> {
  const prefix = `test-${randomUUID().slice(0, 8)}`;
  const service = await startService({
    port: 0,
    prefix,
    background: false,
    observe: holdToDescription,
    ...options,
  });
  service.clock.set(NOON);
  const tokens = new Map<string, { at: number; token: Promise<string> }>();
  return {
    ...service,
    anyone: createClient({ baseUrl: service.url }),
    as: (sub, roles, org, amr) =>
      createClient({
        baseUrl: service.url,
        token: () => {
          // Anew every twenty days, since a test may go on for longer than a token lasts, and when the clock is set back:
          // a token of later is not valid yet.
          const now = service.clock.now().getTime();
          const name = JSON.stringify([sub, roles, org, amr, Math.floor(now / 86_400_000 / 20)]);
          const known = tokens.get(name);
          if (known && known.at <= now) return known.token;
          const token = service.issuer.token({
            sub,
            roles: [...roles],
            expiresInSeconds: 30 * 86_400,
            ...(org !== undefined && { org }),
            ...(amr !== undefined && { amr: [...amr] }),
          });
          tokens.set(name, { at: now, token });
          return token;
        },
      }),
  };
}

type Body<R extends Route> = Extract<CallOutput<R>, { ok: true }>["body"];

/** The body of a success; says what was refused otherwise. */
export async function good<R extends Route>(answer: Promise<CallOutput<R>>): Promise<Body<R>> {
  const { ok, status, body } = await answer;
  if (!ok) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body as Body<R>;
}

/** Status and slug of a refusal. */
export async function refused(answer: Promise<CallOutput<Route>>): Promise<string> {
  const { status, body } = await answer;
  return `${status} ${String((body as { type?: string }).type).replace("/problems/", "")}`;
}

let people = 0;

/** An invented adult (or of another birth date) that no other test has. */
export function somebody(of: { birthDate?: string; sex?: Sex; name?: string; phone?: string } = {}) {
  people += 1;
  const order = of.birthDate === undefined ? Math.floor(people / 40) : people;
  const { birthDate = `19${60 + (people % 40)}-03-07`, sex = "female", name = `测试${people}` } = of;
  const { phone = `138${String(people).padStart(8, "0")}` } = of;
  return {
    name,
    idType: "resident-id" as const,
    idNumber: residentId(birthDate, order % 500, sex),
    phone,
  };
}

/** A signed-in citizen with a profile. */
export async function citizen(
  service: TestService,
  of: Parameters<typeof somebody>[0] & { sub?: string } = {},
) {
  const sub = of.sub ?? `citizen-${randomUUID()}`;
  const call = service.as(sub, ["citizen"]);
  const input = somebody(of);
  const profile = await good(call(peopleRoutes.putMe, { body: input }));
  return { sub, call, input, profile, personId: profile.personId };
}

/** A race a month ahead whose sign-up is open. */
export const eventInput = (of: Record<string, unknown> = {}) => ({
  name: "平望镇运河健步走",
  sport: "健步走",
  town: "平望镇",
  venue: "平望文体活动中心",
  startsAt: "2026-07-10T00:00:00.000Z",
  endsAt: "2026-07-10T09:00:00.000Z",
  signUpOpensAt: "2026-06-01T00:00:00.000Z",
  signUpClosesAt: "2026-07-01T00:00:00.000Z",
  groups: [{ name: "成人组", capacity: 10 }],
  ...of,
});

export const ORGANISER = { sub: "organiser-1", org: "org-association" };

export const organiser = (service: TestService, org = ORGANISER.org) =>
  service.as(`${ORGANISER.sub}-${org}`, ["organiser"], org);

/** A published event and its groups' ids. */
export async function publishedEvent(service: TestService, of: Record<string, unknown> = {}) {
  const call = organiser(service);
  const draft = await good(call(registrationRoutes.createEvent, { body: eventInput(of) }));
  const path = { eventId: draft.eventId };
  const event = await good(call(registrationRoutes.publishEvent, { path }));
  return { event, path, groupIds: event.groups.map(({ groupId }) => groupId) };
}

type SignUp = CallInput<typeof registrationRoutes.signUp>;

/** Signs up; the answer as it came. */
export const signUp = (
  call: Client,
  path: { eventId: string },
  groupId: string,
  more: Partial<SignUp["body"]> & Pick<SignUp, "idempotencyKey"> = {},
) => {
  const { idempotencyKey, ...body } = more;
  return call(registrationRoutes.signUp, {
    path,
    body: { groupId, ...body },
    ...(idempotencyKey !== undefined && { idempotencyKey }),
  });
};

/** A slow machine may answer 503, or 409 to a press beside another; both say to come back with the same key. */
export async function patiently(press: () => ReturnType<typeof signUp>): ReturnType<typeof signUp> {
  let answer = await press();
  for (let tries = 0; tries < 20 && answer.headers.has("retry-after"); tries += 1) answer = await press();
  return answer;
}
