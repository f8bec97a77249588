import { Contended, type Item, type Key, type Part } from "#shared/platform/database.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { newId } from "#shared/platform/ids.ts";
import { hmac, secret } from "#shared/platform/secrets.ts";
import type { IdentityDocument } from "../identityDocument.ts";
import { personKey } from "../store.ts";
import { type Ban, type BannedDocument, banInForce, type PersonsBan, type PersonsPause } from "./model.ts";

const table = "people";
const documentKey = (document: string): Key => ({ pk: `BANNED#${document}`, sk: "BANNED" });
const BANS = "BANS";
const banKey = (banId: string): Key => ({ pk: BANS, sk: banId });

const bare = <T>(item: Item | undefined): T | undefined => {
  if (!item) return undefined;
  const { pk: _pk, sk: _sk, ...rest } = item;
  return rest as T;
};

/** Who comes again reads anew and finds how the list stands. */
const moved = () => new Contended("the ban list changed meanwhile");

/**
 * By what the ban list knows a document. Under a secret of its own, so that who keeps the list cannot tell who is
 * registered, and the list goes on when a person and the index of documents are erased.
 */
export async function banPseudonym({
  idType,
  idNumber,
}: Pick<IdentityDocument, "idType" | "idNumber">): Promise<string> {
  return `1#${hmac(await secret("bans"), ["1", idType, idNumber]).toString("base64url")}`;
}

export async function findBanned(document: string): Promise<BannedDocument | undefined> {
  return bare<BannedDocument>(await dynamo.get({ table, key: documentKey(document), consistent: true }));
}

/** What the list says of a document from now on, if it says now what was read; nothing any more without bans. */
export function planBanned(was: BannedDocument | undefined, next: Omit<BannedDocument, "version">): Part {
  const Key = documentKey(next.document);
  const condition = was
    ? { ConditionExpression: "version = :was", ExpressionAttributeValues: { ":was": was.version } }
    : { ConditionExpression: "attribute_not_exists(pk)" };
  const gone = was !== undefined && Object.keys(next.bans).length === 0;
  return {
    table,
    write: gone
      ? { Delete: { Key, ...condition } }
      : { Put: { Item: { ...Key, ...next, version: newId("bnv") }, ...condition } },
    refused: moved,
  };
}

/**
 * What the ban list says of the document of a person that is being made, for the write of it. Holds until then: a ban
 * that is written meanwhile voids that write.
 */
export async function banForNewPerson(
  identity: Pick<IdentityDocument, "idType" | "idNumber">,
  personId: string,
  now: Date,
): Promise<{ ban: PersonsBan | undefined; parts: Part[] }> {
  const document = await banPseudonym(identity);
  const banned = await findBanned(document);
  if (banned)
    return {
      ban: banInForce(banned.bans, now),
      parts: [planBanned(banned, { ...banned, personId })],
    };
  const ConditionExpression = "attribute_not_exists(pk)";
  const write = { ConditionCheck: { Key: documentKey(document), ConditionExpression } };
  return { ban: undefined, parts: [{ table, write, refused: moved }] };
}

/** What a person's own item says, of one who is not erased. Its version is the profile's and does not rise. */
const planCarried = (
  personId: string,
  name: "ban" | "pause",
  value: PersonsBan | PersonsPause | undefined,
): Part => ({
  table,
  write: {
    Update: {
      Key: personKey(personId),
      UpdateExpression: value ? "SET #name = :value" : "REMOVE #name",
      ConditionExpression: "#state = :active",
      ExpressionAttributeNames: { "#name": name, "#state": "state" },
      ExpressionAttributeValues: { ":active": "active", ...(value && { ":value": value }) },
    },
  },
  refused: () => new Contended("the person was erased meanwhile"),
});

export const planPersonsBan = (personId: string, ban: PersonsBan | undefined): Part =>
  planCarried(personId, "ban", ban);
export const planPersonsPause = (personId: string, pause: PersonsPause | undefined): Part =>
  planCarried(personId, "pause", pause);

/** A ban's record, if it still stands as it was read; one that is new has none. */
export const planBan = (was: Ban | undefined, next: Ban): Part => ({
  table,
  write: {
    Put: {
      Item: { ...banKey(next.banId), ...next },
      ConditionExpression: was ? "#status = :was" : "attribute_not_exists(pk)",
      ...(was && {
        ExpressionAttributeNames: { "#status": "status" },
        ExpressionAttributeValues: { ":was": was.status },
      }),
    },
  },
  refused: moved,
});

export const planBanGone = ({ banId, status }: Ban): Part => ({
  table,
  write: {
    Delete: {
      Key: banKey(banId),
      ConditionExpression: "#status = :was",
      ExpressionAttributeNames: { "#status": "status" },
      ExpressionAttributeValues: { ":was": status },
    },
  },
  refused: moved,
});

export async function findBan(banId: string): Promise<Ban | undefined> {
  return bare<Ban>(await dynamo.get({ table, key: banKey(banId), consistent: true }));
}

/** Latest first. */
export async function listBans(
  limit: number,
  after: Item | undefined,
): Promise<{ bans: Ban[]; next: Item | undefined }> {
  const { items, next } = await dynamo.query({
    table,
    partition: BANS,
    limit,
    descending: true,
    consistent: true,
    ...(after && { after }),
  });
  return { bans: items.map((item) => bare<Ban>(item) as Ban), next };
}
