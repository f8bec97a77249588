import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { type QueueName, queueVariable } from "#events/queues.ts";
import { permissionsOf } from "../permissions.ts";
import { allow, queueKeyStatement } from "./policy.ts";

/** The queues of the service, to some of which a function sends. */
export type Queues = Readonly<Record<QueueName, IQueue>>;

function among(queues: Partial<Queues>, name: QueueName): IQueue {
  const queue = queues[name];
  if (!queue) throw new Error(`${name} is in a stack that is made later`);
  return queue;
}

/** Where a function finds the queues that its permissions name. */
export const queueVariables = (lambda: string, queues: Partial<Queues>): Record<string, string> =>
  Object.fromEntries(
    permissionsOf(lambda).sends.map((name) => [queueVariable(name), among(queues, name).queueUrl]),
  );

/** What lets a function send to the queues that its permissions name, and to others of its own. */
export function sendingStatements(
  lambda: string,
  queues: Partial<Queues>,
  key: IKey,
  others: readonly IQueue[] = [],
): PolicyStatement[] {
  const to = [...others, ...permissionsOf(lambda).sends.map((name) => among(queues, name))];
  if (to.length === 0) return [];
  return [
    allow({ actions: ["sqs:SendMessage"], resources: to.map(({ queueArn }) => queueArn) }),
    queueKeyStatement(key, "send"),
  ];
}
