import { setTimeout as wait } from "node:timers/promises";
import type { CallOutput, Client } from "#shared/client.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";

export type Answer =
  | CallOutput<typeof registrationRoutes.signUp>
  | CallOutput<typeof registrationRoutes.getRegistration>;

/** Lets only so many through at once, in order. */
export class Gate {
  #free: number;
  readonly #next: (() => void)[] = [];

  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  async pass<T>(through: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#next.push(resolve));
    try {
      return await through();
    } finally {
      const next = this.#next.shift();
      if (next) next();
      else this.#free += 1;
    }
  }
}

/** What became of a sign-up in the end. */
export interface Settled {
  /** The status of the registration, or the slug of the refusal. */
  told: string;
  /** When it was accepted; of one that was answered at once, when that was. */
  askedAt: string;
  registrationId?: string;
}

/** Many people who sign up at once, each as patient as they are told to be. */
export class Crowd {
  readonly #gate: Gate;
  /** How often each status was answered. */
  readonly statuses = new Map<number, number>();

  constructor(atOnce: number) {
    this.#gate = new Gate(atOnce);
  }

  async #ask(question: () => Promise<Answer>): Promise<Answer> {
    const answer = await this.#gate.pass(question);
    this.statuses.set(answer.status, (this.statuses.get(answer.status) ?? 0) + 1);
    return answer;
  }

  /** Signs up, and asks again for as long as the answer says to come back. */
  async settle(call: Client, press: () => Promise<Answer>): Promise<Settled> {
    let answer = await this.#ask(press);
    const askedAt = answer.ok ? answer.body.signedUpAt : new Date().toISOString();
    for (;;) {
      const after = answer.headers.get("retry-after");
      if (after === null) break;
      await wait(Number(after) * 1_000);
      if (answer.ok && answer.body.status === "queued") {
        const { registrationId, ticket } = answer.body;
        const read = { path: { registrationId }, query: { ticket } };
        answer = await this.#ask(() => call(registrationRoutes.getRegistration, read));
      } else answer = await this.#ask(press);
    }
    if (answer.ok) return { told: answer.body.status, askedAt, registrationId: answer.body.registrationId };
    return { told: answer.body.type.replace("/problems/", ""), askedAt };
  }
}
