import { CreateTopicCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { localAccount } from "./dynamo.ts";

/** The topic on which the people on call are told. Here a queue takes down what they were told; nobody empties it. */
export async function createTopic(endpoint: string, name: string, queueArn: string): Promise<string> {
  const client = new SNSClient({ ...localAccount, endpoint });
  try {
    const { TopicArn = "" } = await client.send(new CreateTopicCommand({ Name: name }));
    await client.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint: queueArn }));
    return TopicArn;
  } finally {
    client.destroy();
  }
}
