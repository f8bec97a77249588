import { describe, expect, it } from "vitest";
import { askedOf, isLike, objectsAskedOf } from "#local/access/asked.ts";

const Key = { pk: "PERSON#a", sk: "PROFILE" };
const at = { TableName: "t" };

describe("what a request to DynamoDB asks of IAM", () => {
  it("is its own action on its table and partition", () => {
    expect(askedOf("GetItem", { ...at, Key })).toEqual([
      { action: "GetItem", table: "t", keys: ["PERSON#a"] },
    ]);
    expect(askedOf("PutItem", { ...at, Item: Key })).toEqual([
      { action: "PutItem", table: "t", keys: ["PERSON#a"] },
    ]);
  });

  it("is all of a table for a scan, which names no partition", () => {
    expect(askedOf("Scan", at)).toEqual([{ action: "Scan", table: "t", keys: [], everywhere: true }]);
  });

  it("is the action of each part of a transaction", () => {
    const TransactItems = [
      { Put: { ...at, Item: Key } },
      { Update: { ...at, Key } },
      { Delete: { ...at, Key } },
      { ConditionCheck: { TableName: "u", Key } },
    ];
    expect(
      askedOf("TransactWriteItems", { TransactItems }).map(({ action, table }) => [action, table]),
    ).toEqual([
      ["PutItem", "t"],
      ["UpdateItem", "t"],
      ["DeleteItem", "t"],
      ["ConditionCheckItem", "u"],
    ]);
  });

  it("is a batch's own action on each table, for all its partitions", () => {
    const reads = { t: { Keys: [Key, { pk: "ACCOUNT#b", sk: "1" }] }, u: { Keys: [Key] } };
    expect(askedOf("BatchGetItem", { RequestItems: reads })).toEqual([
      { action: "BatchGetItem", table: "t", keys: ["PERSON#a", "ACCOUNT#b"] },
      { action: "BatchGetItem", table: "u", keys: ["PERSON#a"] },
    ]);
    const writes = {
      t: [{ PutRequest: { Item: Key } }, { DeleteRequest: { Key: { pk: "LIST#b", sk: "1" } } }],
    };
    expect(askedOf("BatchWriteItem", { RequestItems: writes })).toEqual([
      { action: "BatchWriteItem", table: "t", keys: ["PERSON#a", "LIST#b"] },
    ]);
  });

  it("is the partition a query names, wherever it names it, and of an index the index alone", () => {
    const query = {
      ...at,
      KeyConditionExpression: "#s BETWEEN :f AND :t AND #p = :p",
      ExpressionAttributeNames: { "#p": "pk", "#s": "sk" },
      ExpressionAttributeValues: { ":p": "LIST#all", ":f": "a", ":t": "b" },
    };
    expect(askedOf("Query", query)).toEqual([{ action: "Query", table: "t", keys: ["LIST#all"] }]);
    expect(askedOf("Query", { ...query, IndexName: "byOwner" })).toEqual([
      { action: "Query:byOwner", table: "t", keys: [] },
    ]);
    expect(() => askedOf("Query", { ...query, KeyConditionExpression: "#s = :p" })).toThrow("no partition");
  });
});

it.each([
  ["GetObject", "GetObject"],
  ["HeadObject", "GetObject"],
  ["PutObject", "PutObject"],
  ["CreateMultipartUpload", "PutObject"],
  ["UploadPart", "PutObject"],
  ["CompleteMultipartUpload", "PutObject"],
  ["AbortMultipartUpload", "AbortMultipartUpload"],
  ["DeleteObject", "DeleteObject"],
  ["GetObjectTagging", "GetObjectTagging"],
])("%s of an object asks of IAM for %s", (operation, action) => {
  expect(objectsAskedOf(operation, { Bucket: "b" })).toEqual([{ action, bucket: "b" }]);
});

it("a copy asks for reading here and putting there, and for the tags unless they stay behind", () => {
  const copy = { Bucket: "b", CopySource: "a/k/l" };
  const asked = (of: object) =>
    objectsAskedOf("CopyObject", { ...copy, ...of }).map(({ action, bucket }) => `${action} ${bucket}`);
  expect(asked({ TaggingDirective: "REPLACE" })).toEqual(["GetObject a", "PutObject b"]);
  expect(asked({})).toEqual(["GetObject a", "GetObjectTagging a", "PutObject b", "PutObjectTagging b"]);
});

it.each([
  ["KEY#a", "KEY#*", true],
  ["KEY#", "KEY#*", true],
  ["SECRET#persons-2026-06", "SECRET#persons-*", true],
  ["RATE#putMe#x\ny", "RATE#putMe#*", true],
  ["a?", "a?", true],
  ["ab", "a?", true],
  ["abc", "a?", false],
  ["XKEY#a", "KEY#*", false],
  ["HEALTHY", "HEALTH", false],
  ["aXb", "a.b", false],
])("%j is like %j: %s", (text, pattern, like) => {
  expect(isLike(text, pattern)).toBe(like);
});
