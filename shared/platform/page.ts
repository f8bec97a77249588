import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { env } from "./env.ts";
import { log, traceOf } from "./logger.ts";

let sns: SNSClient | undefined;

/** The SDK's client, made for those who tell; the local service confines its functions by it. */
export function topicClient(): SNSClient {
  sns ??= new SNSClient({ maxAttempts: 4 });
  return sns;
}

/** SNS takes a subject of this many characters, in ASCII and on one line. */
const SUBJECT = 100;
const plain = (subject: string) => subject.replaceAll(/[^ -~]/g, "?").slice(0, SUBJECT);

/**
 * Tells the people on call. False when they could not be told, which is in the log: it is for alarms beside the work,
 * and must not throw the work away.
 */
export async function tellOnCall({ subject, text }: { subject: string; text: string }): Promise<boolean> {
  try {
    const { ALARMS_TOPIC: TopicArn } = env();
    await topicClient().send(new PublishCommand({ TopicArn, Subject: plain(subject), Message: text }));
    return true;
  } catch (error) {
    log("page-failed", { trace: traceOf(error) });
    return false;
  }
}
