import { Contended, type Item, type Key, type Part } from "#shared/platform/database.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { reference } from "#shared/platform/secrets.ts";
import { termsOf } from "./listing.ts";
import type { Merchant, MerchantStatus, Move, Staff, StaffInvitation, Venue } from "./model.ts";
import { merchantProblems } from "./problems.ts";
import { mayMove, stateRefusal } from "./rules.ts";

const table = "settlement";
const partitionOf = (merchantId: string) => `MERCHANT#${merchantId}`;
const merchantKey = (merchantId: string): Key => ({ pk: partitionOf(merchantId), sk: "MERCHANT" });
/** How many staff, managers and venues there are. */
const countsKey = (merchantId: string): Key => ({ pk: partitionOf(merchantId), sk: "COUNTS" });
const staffKey = (merchantId: string, staffId: string): Key => ({
  pk: partitionOf(merchantId),
  sk: `STAFF#${staffId}`,
});
const venueKey = (merchantId: string, venueId: string): Key => ({
  pk: partitionOf(merchantId),
  sk: `VENUE#${venueId}`,
});
const creditCodeKey = (code: string): Key => ({ pk: `CREDIT-CODE#${code}`, sk: "CREDIT-CODE" });
const invitationKey = (code: string): Key => ({ pk: `MERCHANT-INVITATION#${code}`, sk: "INVITATION" });

const bare = <T>(item: Item | undefined): T | undefined => {
  if (!item) return undefined;
  const { pk: _pk, sk: _sk, owner: _owner, ownerSort: _sort, ...rest } = item;
  return rest as T;
};
const absent = "attribute_not_exists(pk)";

/** The index lists merchants by their state, in the order in which they applied. */
const ownerOf = (status: MerchantStatus): string => `MERCHANTS#${status}`;
const merchantItem = (merchant: Merchant): Item => ({
  ...merchantKey(merchant.merchantId),
  owner: ownerOf(merchant.status),
  ownerSort: merchant.merchantId,
  ...merchant,
});

/** The index lists the merchants of one account; who was revoked stands in no list. */
const staffItem = (staff: Staff): Item => ({
  ...staffKey(staff.merchantId, staff.staffId),
  ...(staff.status === "active" && { owner: staff.actor, ownerSort: `STAFF#${staff.merchantId}` }),
  ...staff,
});

export async function findMerchant(merchantId: string): Promise<Merchant | undefined> {
  return bare(await dynamo.get({ table, key: merchantKey(merchantId), consistent: true }));
}

/** At most 100, in the order asked. */
async function findMerchants(merchantIds: readonly string[]): Promise<(Merchant | undefined)[]> {
  const items = await dynamo.getMany(merchantIds.map((id) => ({ table, key: merchantKey(id) })));
  return items.map(bare<Merchant>);
}

export async function findStaff(merchantId: string, staffId: string): Promise<Staff | undefined> {
  return bare(await dynamo.get({ table, key: staffKey(merchantId, staffId), consistent: true }));
}

/** A merchant, and the place somebody has or had on its staff. */
export async function findMerchantAndStaff(
  merchantId: string,
  staffId: string,
): Promise<{ merchant?: Merchant; place?: Staff }> {
  const keys = [merchantKey(merchantId), staffKey(merchantId, staffId)];
  const [first, second] = await dynamo.getMany(keys.map((key) => ({ table, key, consistent: true })));
  const [merchant, place] = [bare<Merchant>(first), bare<Staff>(second)];
  return { ...(merchant && { merchant }), ...(place && { place }) };
}

/**
 * A merchant that applies, with its first staff. Refuses `merchant-exists` while another of the code stands, and
 * `merchant-blacklisted`.
 */
export const planNewMerchant = (merchant: Merchant, first: Staff): Part[] => [
  {
    table,
    write: {
      Put: {
        Item: { ...creditCodeKey(merchant.creditCode), merchantId: merchant.merchantId },
        ConditionExpression: absent,
      },
    },
    refused: (standing) =>
      new Refusal(
        standing?.["blacklisted"] === true
          ? merchantProblems.merchantBlacklisted
          : merchantProblems.merchantExists,
      ),
  },
  { table, write: { Put: { Item: merchantItem(merchant) } } },
  { table, write: { Put: { Item: staffItem(first) } } },
  {
    table,
    write: { Put: { Item: { ...countsKey(merchant.merchantId), staff: 1, managers: 1, venues: 0 } } },
  },
];

/** The merchant as it shall be, if it still is the version that was read. */
const planChange = (before: Merchant, after: Merchant, refused: NonNullable<Part["refused"]>): Part => ({
  table,
  write: {
    Put: {
      Item: merchantItem(after),
      ConditionExpression: "version = :version",
      ExpressionAttributeValues: { ":version": before.version },
    },
  },
  refused,
});

/** What becomes of the code: a rejected merchant's is free again, a blacklisted one's never. */
function planCreditCode({ creditCode, merchantId, status }: Merchant): Part[] {
  const Key = creditCodeKey(creditCode);
  if (status === "rejected") return [{ table, write: { Delete: { Key } } }];
  if (status !== "blacklisted") return [];
  return [{ table, write: { Put: { Item: { ...Key, merchantId, blacklisted: true } } } }];
}

/** A move that was decided. Refuses `merchant-state` when another was first. */
export const planMove = (before: Merchant, after: Merchant, move: Move): Part[] => [
  planChange(before, after, (standing) => {
    const { status } = standing as unknown as Merchant;
    return mayMove(move, status)
      ? new Contended("the merchant was changed meanwhile")
      : new Refusal(merchantProblems.merchantState, { facts: { merchantStatus: status } });
  }),
  ...planCreditCode(after),
];

/** What another person noted of a freeze; `refused` when the merchant was changed meanwhile. */
export const planNote = (before: Merchant, after: Merchant, refused: () => Error): Part =>
  planChange(before, after, refused);

function planStanding(merchantId: string, among: readonly MerchantStatus[]): Part {
  const names = among.map((_, at) => `:s${at}`);
  return {
    table,
    write: {
      ConditionCheck: {
        Key: merchantKey(merchantId),
        ConditionExpression: `#status IN (${names.join(", ")})`,
        ExpressionAttributeNames: { "#status": "status" },
        ExpressionAttributeValues: Object.fromEntries(among.map((status, at) => [`:s${at}`, status])),
      },
    },
    refused: (standing) => stateRefusal(bare<Merchant>(standing)?.status),
  };
}

/**
 * That the merchant may do business when the effect is written. Refuses `merchant-frozen` (423), `merchant-state` in
 * any other state but approved, `not-found`.
 */
export const activeMerchantPart = (merchantId: string): Part => planStanding(merchantId, ["approved"]);

/** That its venues and staff may still grow: it may prepare while its application is read. */
export const growingMerchantPart = (merchantId: string): Part =>
  planStanding(merchantId, ["applied", "approved"]);

/** A page of the merchants in a state, in the order in which they applied. */
export async function listByStatus(
  status: MerchantStatus,
  limit: number,
  after: Item | undefined,
): Promise<{ merchants: Merchant[]; next: Item | undefined }> {
  const asked = { table, index: "byOwner", partition: ownerOf(status), limit } as const;
  const { items, next } = await dynamo.query({ ...asked, ...(after && { after }) });
  return { merchants: items.map((item) => bare<Merchant>(item) as Merchant), next };
}

/** A page of what stands under a merchant. */
async function listUnder<T>(
  merchantId: string,
  prefix: "STAFF" | "VENUE",
  limit: number,
  after: Item | undefined,
): Promise<{ found: T[]; next: Item | undefined }> {
  const range = { from: `${prefix}#`, to: `${prefix}#~`, limit, consistent: true } as const;
  const partition = partitionOf(merchantId);
  const { items, next } = await dynamo.query({ table, partition, ...range, ...(after && { after }) });
  return { found: items.map((item) => bare<T>(item) as T), next };
}

export const listStaff = (merchantId: string, limit: number, after: Item | undefined) =>
  listUnder<Staff>(merchantId, "STAFF", limit, after);
export const listVenues = (merchantId: string, limit: number, after: Item | undefined) =>
  listUnder<Venue>(merchantId, "VENUE", limit, after);

/** A venue of the merchant; another's does not exist for it. */
export async function venueOf(merchantId: string, venueId: string): Promise<Venue | undefined> {
  return bare(await dynamo.get({ table, key: venueKey(merchantId, venueId), consistent: true }));
}

/** A venue more; `refused` at the limit. */
export const planVenue = (venue: Venue, max: number, refused: () => Error): Part[] => [
  {
    table,
    write: {
      Update: {
        Key: countsKey(venue.merchantId),
        UpdateExpression: "ADD venues :one",
        ConditionExpression: "venues < :max",
        ExpressionAttributeValues: { ":one": 1, ":max": max },
      },
    },
    refused,
  },
  { table, write: { Put: { Item: { ...venueKey(venue.merchantId, venue.venueId), ...venue } } } },
];

/** The merchants on whose staff an account is, with its place there. */
export async function listMerchantsOf(
  actor: string,
  limit: number,
  after: Item | undefined,
): Promise<{ places: { place: Staff; merchant: Merchant }[]; next: Item | undefined }> {
  const range = { from: "STAFF#", to: "STAFF#~", limit } as const;
  const asked = { table, index: "byOwner", partition: actor, ...range, ...(after && { after }) } as const;
  const { items, next } = await dynamo.query(asked);
  const places = items.map((item) => bare<Staff>(item) as Staff);
  const merchants = await findMerchants(places.map(({ merchantId }) => merchantId));
  const found = places.flatMap((place, at) => {
    const merchant = merchants[at];
    return merchant ? [{ place, merchant }] : [];
  });
  return { places: found, next };
}

/** Invitations are stored and looked up by a pseudonym of the code. */
const invitationPseudonym = async (code: string): Promise<string> =>
  (await reference("invitation", "merchant-staff", code)).toString("base64url");

export const planInvitation = async (code: string, invitation: StaffInvitation): Promise<Part> => ({
  table,
  write: { Put: { Item: { ...invitationKey(await invitationPseudonym(code)), ...invitation } } },
});

export async function findInvitation(code: string): Promise<StaffInvitation | undefined> {
  const key = invitationKey(await invitationPseudonym(code));
  return bare(await dynamo.get({ table, key, consistent: true }));
}

const invalid = () => new Refusal(merchantProblems.staffInvitationInvalid);

/**
 * Joins a merchant's staff by an invitation, which is used up. Refuses `staff-invitation-invalid` when it was used, or
 * when who gave it manages no more; `refused` when there are as many staff as there may be.
 */
export async function planJoining(
  code: string,
  { invitedBy }: StaffInvitation,
  joining: Staff,
  max: number,
  refused: () => Error,
): Promise<Part[]> {
  const { merchantId, staffId, role } = joining;
  const invitation = invitationKey(await invitationPseudonym(code));
  return [
    {
      table,
      write: { Delete: { Key: invitation, ConditionExpression: "attribute_exists(pk)" } },
      refused: invalid,
    },
    {
      table,
      write: {
        ConditionCheck: {
          Key: staffKey(merchantId, invitedBy),
          ConditionExpression: "#status = :active AND #role = :manager",
          ExpressionAttributeNames: { "#status": "status", "#role": "role" },
          ExpressionAttributeValues: { ":active": "active", ":manager": "manager" },
        },
      },
      refused: invalid,
    },
    growingMerchantPart(merchantId),
    {
      table,
      write: {
        Put: {
          Item: staffItem(joining),
          ConditionExpression: `${absent} OR #status = :revoked`,
          ExpressionAttributeNames: { "#status": "status" },
          ExpressionAttributeValues: { ":revoked": "revoked" },
        },
      },
      refused: () => new Refusal(merchantProblems.alreadyStaff, { facts: { staffId } }),
    },
    {
      table,
      write: {
        Update: {
          Key: countsKey(merchantId),
          UpdateExpression: "ADD staff :one, managers :manager",
          ConditionExpression: "staff < :max",
          ExpressionAttributeValues: { ":one": 1, ":manager": role === "manager" ? 1 : 0, ":max": max },
        },
      },
      refused,
    },
  ];
}

/** Takes somebody's place back. Refuses `last-manager`: somebody is left who can invite. */
export function planRevoking(revoked: Staff): Part[] {
  const manager = revoked.role === "manager" ? 1 : 0;
  return [
    {
      table,
      write: {
        Put: {
          Item: staffItem(revoked),
          ConditionExpression: "#status = :active",
          ExpressionAttributeNames: { "#status": "status" },
          ExpressionAttributeValues: { ":active": "active" },
        },
      },
      refused: () => new Contended("the place was taken back meanwhile"),
    },
    {
      table,
      write: {
        Update: {
          Key: countsKey(revoked.merchantId),
          UpdateExpression: "ADD staff :less, managers :managers",
          ConditionExpression: "managers > :manager",
          ExpressionAttributeValues: { ":less": -1, ":managers": -manager, ":manager": manager },
        },
      },
      refused: () => new Refusal(merchantProblems.lastManager),
    },
  ];
}

const listKey = (term: string, merchantId: string): Key => ({
  pk: `MERCHANT-LIST#${term}`,
  sk: merchantId,
});

/** Enters a merchant into the lists of its terms, before it is approved: the entries are hints. */
export const enterLists = (merchant: Merchant): Promise<void> =>
  dynamo.writeHints(
    table,
    termsOf(merchant).map((term) => ({ ...listKey(term, merchant.merchantId) })),
    [],
  );

/** Merchants a list's entries lead to, from a position on. */
export async function readList(
  term: string,
  limit: number,
  after: Item | undefined,
): Promise<{ entries: { position: Item; merchant: Merchant | undefined }[]; next: Item | undefined }> {
  const query = { table, partition: `MERCHANT-LIST#${term}`, limit } as const;
  const { items, next } = await dynamo.query({ ...query, ...(after && { after }) });
  const merchants = await findMerchants(items.map(({ sk }) => String(sk)));
  return {
    entries: items.map(({ pk, sk }, at) => ({ position: { pk, sk }, merchant: merchants[at] })),
    next,
  };
}
