import type { QueueName } from "#events/queues.ts";
import type { BucketName, TableName } from "#shared/platform/env.ts";
import type { tables } from "../tables.ts";

type IndexOf<Table extends TableName> = (typeof tables)[Table]["indexes"][number]["name"];

/**
 * An action on a table. A transaction asks for the actions of its parts. `Query:<index>` queries that index alone,
 * `Query` the table alone. `Scan` reads all of a table: keys cannot confine it, and it is not granted where they do.
 */
type DynamoAction<Table extends TableName = TableName> =
  | "GetItem"
  | "BatchGetItem"
  | "Query"
  | `Query:${IndexOf<Table>}`
  | "Scan"
  | "PutItem"
  | "UpdateItem"
  | "DeleteItem"
  | "ConditionCheckItem"
  | "BatchWriteItem";

/**
 * An action on a bucket's objects. `PutObject` puts them in parts too. Who signs a link needs what it lets others do:
 * `GetObject`, or `PutObject`. A copy asks for both. Nobody deletes an old version: that is for the bucket's lifecycle.
 */
type ObjectAction = "GetObject" | "GetObjectTagging" | "PutObject" | "DeleteObject" | "AbortMultipartUpload";

/** What one function may do. What is not here it may not do. */
export interface Permissions {
  tables: { readonly [Table in TableName]?: readonly DynamoAction<Table>[] };
  /** Patterns of the partition keys to which the actions on a table are confined; all keys where none is given. */
  keys?: { readonly [Table in TableName]?: readonly string[] };
  /** Purposes for which it may make and open secrets under the master key, as patterns. */
  secrets: readonly string[];
  /** Queues it sends to. */
  sends: readonly QueueName[];
  objects?: { readonly [Bucket in BucketName]?: readonly ObjectAction[] };
  /** Whether it tells the people on call. */
  tells?: true;
}

/** By Lambda entry. */
export type Grants = Readonly<Record<string, Permissions>>;
