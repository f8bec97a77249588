import type { Role } from "#shared/platform/route.ts";
import { organisers, towns } from "./facts.ts";

const association = organisers.running;
const town = towns[4].organiser;

/** Those who decide on money sign in with a second factor. */
const amr = ["pwd", "mfa"] as const;

/** Whom a newcomer signs in as, and a read that shows something to each. */
export const personas: readonly {
  role: Role;
  sub: string;
  org?: string;
  amr?: readonly string[];
  label: string;
  read: string;
}[] = [
  {
    role: "citizen",
    sub: "demo-grandmother",
    label: "市民 沈奶奶 / citizen, a grandmother",
    read: "/v1/me/registrations",
  },
  {
    role: "citizen",
    sub: "demo-parent",
    label: "市民 陆妈妈，替孩子和沈奶奶报名 / citizen, acts for her child and the grandmother",
    read: "/v1/me/dependants",
  },
  {
    role: "organiser",
    sub: "demo-organiser-running",
    org: association,
    label: "主办方 路跑协会 / organiser, a running association",
    read: `/v1/organisers/${association}/events`,
  },
  {
    role: "organiser",
    sub: "demo-organiser-pingwang",
    org: town,
    label: "主办方 平望镇 / organiser, a town",
    read: `/v1/organisers/${town}/events`,
  },
  {
    role: "merchant",
    sub: "demo-merchant",
    org: "org-merchant-gym",
    label: "商户 健身房 / merchant, a gym",
    read: "/v1/me/merchants",
  },
  {
    role: "finance",
    sub: "demo-finance",
    amr,
    label: "财务 / finance",
    read: "/v1/ledger/trial-balance",
  },
  {
    role: "admin",
    sub: "demo-admin",
    amr,
    label: "体育局管理员 / bureau admin",
    read: "/v1/ledger/status",
  },
];
