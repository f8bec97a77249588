/** What a request to DynamoDB asks of IAM: an action on a table, and the partition keys that policies compare. */
export interface Asked {
  /** As infra/permissions.ts writes it. */
  action: string;
  /** The table's name as deployed. */
  table: string;
  keys: readonly string[];
  /** It reads every partition and names none, so that no pattern can confine it. */
  everywhere?: true;
}

interface Keyed {
  pk: string;
}
type Written = { PutRequest: { Item: Keyed } } | { DeleteRequest: { Key: Keyed } };

/** Of a request to DynamoDB, what IAM looks at. */
export interface StoreRequest {
  TableName?: string;
  IndexName?: string | undefined;
  Key?: Keyed;
  Item?: Keyed;
  KeyConditionExpression?: string;
  ExpressionAttributeNames?: Readonly<Record<string, string>>;
  ExpressionAttributeValues?: Readonly<Record<string, unknown>>;
  RequestItems?: Readonly<Record<string, { Keys: readonly Keyed[] } | readonly Written[]>>;
  TransactItems?: readonly Readonly<Record<string, StoreRequest>>[];
}

/** The value a query compares the partition key with; a query that names none would pass every pattern. */
function partitionOf(request: StoreRequest): string {
  const { KeyConditionExpression: condition = "", ExpressionAttributeNames: names = {} } = request;
  for (const [, name = "", value = ""] of condition.matchAll(/(#?\w+)\s*=\s*(:\w+)/g))
    if ((names[name] ?? name) === "pk") return String(request.ExpressionAttributeValues?.[value]);
  throw new Error(`no partition is to be seen in: ${condition}`);
}

const writtenKey = (written: Written): string =>
  "PutRequest" in written ? written.PutRequest.Item.pk : written.DeleteRequest.Key.pk;

/**
 * A transaction asks for the action of each of its parts, a batch for its own action on each of its tables, and a
 * query of an index for that index alone, whose partitions no policy compares.
 */
export function askedOf(action: string, request: StoreRequest): Asked[] {
  const { TableName: table = "", IndexName: index, Key, Item, RequestItems, TransactItems } = request;
  if (TransactItems)
    return TransactItems.flatMap((part) =>
      Object.entries(part).flatMap(([kind, of]) => askedOf(`${kind}Item`, of)),
    );
  if (RequestItems)
    return Object.entries(RequestItems).map(([batched, of]) => ({
      action,
      table: batched,
      keys: "Keys" in of ? of.Keys.map(({ pk }) => pk) : of.map(writtenKey),
    }));
  if (index !== undefined) return [{ action: `${action}:${index}`, table, keys: [] }];
  if (action === "Scan") return [{ action, table, keys: [], everywhere: true }];
  if (action === "Query") return [{ action, table, keys: [partitionOf(request)] }];
  const named = Key ?? Item;
  return [{ action, table, keys: named ? [named.pk] : [] }];
}

/** By IAM's names for S3, which are fewer than its operations. */
const objectActions: Readonly<Record<string, string>> = {
  HeadObject: "GetObject",
  CreateMultipartUpload: "PutObject",
  UploadPart: "PutObject",
  CompleteMultipartUpload: "PutObject",
};

/** Of a request to S3, what IAM looks at. */
export interface ObjectRequest {
  Bucket?: string | undefined;
  CopySource?: string | undefined;
  TaggingDirective?: string | undefined;
}

/** The actions on objects that a request to S3 asks of IAM, with the bucket's name as deployed. */
export function objectsAskedOf(
  operation: string,
  { Bucket: bucket = "", CopySource = "", TaggingDirective }: ObjectRequest,
): { action: string; bucket: string }[] {
  if (operation !== "CopyObject") return [{ action: objectActions[operation] ?? operation, bucket }];
  const from = CopySource.replace(/^\//, "").split("/")[0] ?? "";
  // Tags are copied too, unless others are given or none.
  const tagged = TaggingDirective !== "REPLACE";
  return [
    { action: "GetObject", bucket: from },
    ...(tagged ? [{ action: "GetObjectTagging", bucket: from }] : []),
    { action: "PutObject", bucket },
    ...(tagged ? [{ action: "PutObjectTagging", bucket }] : []),
  ];
}

const compiled = new Map<string, RegExp>();

/** IAM's StringLike: `*` stands for any text, `?` for one character. */
export function isLike(text: string, pattern: string): boolean {
  let known = compiled.get(pattern);
  if (!known) {
    const literal = pattern.replaceAll(/[.+^${}()|[\]\\]/g, "\\$&");
    known = new RegExp(`^${literal.replaceAll("*", ".*").replaceAll("?", ".")}$`, "su");
    compiled.set(pattern, known);
  }
  return known.test(text);
}
