import type { DynamoDBRecord } from "aws-lambda";
import type { PersonErased } from "#events/contracts/personErased.ts";
import { ERASURES } from "./store.ts";

/** The erasure a stream record tells of, if it does. */
export function erasureOf({ eventName, eventID, dynamodb }: DynamoDBRecord): PersonErased | undefined {
  const { pk, sk, erasedAt } = dynamodb?.NewImage ?? {};
  if (eventName !== "INSERT" || pk?.S !== ERASURES || !sk?.S || !erasedAt?.S) return undefined;
  return {
    specversion: "1.0",
    id: eventID ?? sk.S,
    source: "leyun/people",
    type: "leyun.person.erased.v1",
    time: erasedAt.S,
    data: { personId: sk.S },
  };
}
