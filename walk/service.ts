import { randomUUID } from "node:crypto";
import { type Client, createClient } from "#shared/client.ts";
import type { Role } from "#shared/platform/route.ts";

/** A running service as a walk finds it: its public address, and what exists on one machine only. */
export interface WalkedService {
  url: string;
  /** A client of the public API, signed in; with a second factor where it is said. */
  as(sub: string, roles: readonly Role[], org?: string, amr?: readonly string[]): Client;
  anyone: Client;
  now(): Promise<Date>;
  /** Moves the service's clock on to an instant, never back: what the ledger has sealed stays in the past. */
  go(to: Date): Promise<void>;
  /** Runs a job as its schedule would; another run that is at it does the work instead. */
  job(name: string): Promise<void>;
}

export function reach(url: string): WalkedService {
  const ask = async (path: string, body?: unknown): Promise<Record<string, string>> => {
    const response = await fetch(new URL(path, url), {
      method: path === "/local/info" ? "GET" : "POST",
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    return JSON.parse(text) as Record<string, string>;
  };
  // A token is of its hour: asked for anew whenever the clock was moved.
  const tokens = new Map<string, Promise<string>>();
  const now = async () => new Date((await ask("/local/info"))["now"] ?? "");
  return {
    url,
    anyone: createClient({ baseUrl: url }),
    as: (sub, roles, org, amr) =>
      createClient({
        baseUrl: url,
        token: () => {
          const claims = { sub, roles, ...(org !== undefined && { org }), ...(amr && { amr }) };
          const name = JSON.stringify(claims);
          const token =
            tokens.get(name) ?? ask("/local/tokens", claims).then(({ accessToken }) => accessToken ?? "");
          tokens.set(name, token);
          return token;
        },
      }),
    now,
    async go(to) {
      if (to <= (await now())) return;
      await ask("/local/clock", { now: to.toISOString() });
      tokens.clear();
    },
    async job(name) {
      await ask(`/local/jobs/${name}/run`);
    },
  };
}

/** A part of every name that a walk gives, so that walks do not meet each other on a service that goes on. */
export const freshName = (): string => randomUUID().slice(0, 8);
