import { startDynamo } from "#local/parts/dynamo.ts";

/** One DynamoDB Local for all files; each file has tables of its own in it. */
export default async function setup(): Promise<() => Promise<void>> {
  const { endpoint, stop } = await startDynamo({});
  process.env["DYNAMODB_ENDPOINT"] = endpoint;
  return stop;
}
