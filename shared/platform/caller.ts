import { Refusal } from "./problem.ts";
import { problems } from "./problems.ts";
import { type Role, type Route, roles } from "./route.ts";

/** Who calls, as the identity issuer's verified token says. */
export interface Caller {
  /** The issuer's subject; never leaves the service except as a pseudonym. */
  sub: string;
  roles: readonly Role[];
  /** The organisation the caller acts for; authoritative. */
  org?: string;
  /** Authentication methods of this sign-in; `mfa` marks a second factor. */
  amr: readonly string[];
}

/** HTTP API hands an array claim over as the text `[citizen merchant]`. */
const list = (claim: unknown): string[] => String(claim ?? "").match(/[^\s[\],]+/g) ?? [];

export function callerOf(claims: Readonly<Record<string, unknown>> | undefined): Caller | undefined {
  const sub = claims?.["sub"];
  if (typeof sub !== "string" || sub === "") return undefined;
  const org = claims?.["org"];
  return {
    sub,
    roles: list(claims?.["roles"]).filter((role): role is Role =>
      (roles as readonly string[]).includes(role),
    ),
    ...(typeof org === "string" && org !== "" && { org }),
    amr: list(claims?.["amr"]),
  };
}

/** Denies first: a route that is not public needs a caller who holds one of its roles, and perhaps a second factor. */
export function authorise(route: Route, caller: Caller | undefined): void {
  if (route.access === "public") return;
  if (!caller) throw new Refusal(problems.unauthenticated);
  if (!route.access.some((role) => caller.roles.includes(role))) throw new Refusal(problems.forbidden);
  if (route.stepUp && !caller.amr.includes("mfa")) throw new Refusal(problems.stepUpRequired);
}

/** The organisation an organiser acts for. A token without one belongs to nobody's tenant. */
export function organisationOf(caller: Caller): string {
  if (!caller.org) throw new Refusal(problems.forbidden);
  return caller.org;
}
