import { expect, test } from "vitest";
import { type QueueName, queues, streams } from "#events/queues.ts";
import { schedules } from "#events/schedules.ts";
import { eventBridgeCron, longestPauseHours } from "#infra/constructs/cron.ts";
import { lambdas } from "#infra/lambdas.ts";
import { permissionsOf } from "#infra/permissions.ts";
import { idOf, inside, type Resource, referred, synthesise } from "../synthesis.ts";

const synthesis = synthesise("prod");
const made = synthesis.of("AWS::SQS::Queue");
const mappings = synthesis.of("AWS::Lambda::EventSourceMapping");
const queueOf = (name: string): Resource | undefined =>
  made.find(({ properties }) => properties["QueueName"] === `leyun-prod-${name}`);

/** The Lambda entry that an event source mapping calls. */
function consumerOf(mapping: Resource): string {
  const alias = referred(synthesis, mapping, mapping.properties["FunctionName"]);
  const { properties } = referred(synthesis, alias, alias.properties["FunctionName"]);
  return String(properties["Handler"]).replace(/^functions\/|\.handler$/g, "");
}

test.each(Object.entries(queues))(
  "%s has its worker, which reports each message by itself",
  (name, { consumer }) => {
    const feeds = mappings.filter(
      ({ properties }) => idOf(properties["EventSourceArn"]) === queueOf(name)?.id,
    );
    expect(feeds.map(consumerOf)).toEqual([consumer]);
    expect(feeds[0]?.properties["FunctionResponseTypes"]).toEqual(["ReportBatchItemFailures"]);
  },
);

test.each(Object.entries(queues))("%s hands over as many messages as its worker takes", (name, of) => {
  const [feed] = mappings.filter(
    ({ properties }) => idOf(properties["EventSourceArn"]) === queueOf(name)?.id,
  );
  expect(feed?.properties["BatchSize"]).toBe(of.batch);
  // Lambda refuses a batch of more than ten without a window.
  expect(of.batch <= 10 || of.window >= 1).toBe(true);
  expect(feed?.properties["MaximumBatchingWindowInSeconds"] ?? 0).toBe(of.window);
});

test.each(Object.keys(queues))(
  "%s puts a message aside after five deliveries and keeps it 14 days",
  (name) => {
    const queue = queueOf(name);
    const dead = queueOf(`${name}-dlq`);
    const redrive = queue?.properties["RedrivePolicy"];
    expect(inside(redrive, "maxReceiveCount")).toBe(5);
    expect(idOf(inside(redrive, "deadLetterTargetArn"))).toBe(dead?.id);
    expect(dead?.properties["MessageRetentionPeriod"]).toBe(14 * 24 * 3600);
  },
);

test.each(Object.keys(queues))("a message of %s does not come again while it is worked on", (name) => {
  const queue = queueOf(name);
  const [feed] = mappings.filter(({ properties }) => idOf(properties["EventSourceArn"]) === queue?.id);
  if (!feed) throw new Error("no worker");
  const alias = referred(synthesis, feed, feed.properties["FunctionName"]);
  const worker = referred(synthesis, alias, alias.properties["FunctionName"]);
  const timeout = Number(worker.properties["Timeout"]);
  expect(queue?.properties["VisibilityTimeout"]).toBeGreaterThanOrEqual(6 * timeout);
});

test("no queue is without dead letters, and every queue of dead letters has an alarm", () => {
  const dead = made.filter(({ properties }) => String(properties["QueueName"]).endsWith("-dlq"));
  const living = made.filter((queue) => !dead.includes(queue));
  for (const { properties } of living) expect(properties).toHaveProperty("RedrivePolicy");
  const watched = synthesis
    .of("AWS::CloudWatch::Alarm")
    .filter(({ properties }) => String(properties["AlarmName"]).startsWith("leyun-prod-dead-letters-"))
    .map(
      ({ properties }) =>
        idOf(inside(properties, "Dimensions", 0, "Value")) ??
        inside(properties, "Dimensions", 0, "Value", "Fn::GetAtt", 0),
    );
  expect(watched.toSorted()).toEqual(dead.map(({ id }) => id).toSorted());
});

test.each(Object.entries(streams))(
  "the stream of %s has one consumer, which halves a batch that fails",
  (table, { consumer }) => {
    const feeds = mappings.filter(({ properties }) =>
      JSON.stringify(properties["EventSourceArn"]).includes(`Table${table}`),
    );
    expect(feeds.map(consumerOf)).toEqual([consumer]);
    expect(feeds[0]?.properties).toMatchObject({
      BisectBatchOnFunctionError: true,
      StartingPosition: "TRIM_HORIZON",
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      MaximumRetryAttempts: 20,
    });
    const given = inside(feeds[0]?.properties, "DestinationConfig", "OnFailure", "Destination");
    expect(idOf(given)).toBe(queueOf(`${table}-stream-dlq`)?.id);
  },
);

test("schedules are those of events/schedules.ts, at their hours in Shanghai", () => {
  // By name: which stack a schedule is in says nothing.
  const byJob = <Of extends { job: unknown }>(of: Of[]) =>
    of.toSorted((a, b) => (String(a.job) < String(b.job) ? -1 : 1));
  const stands = synthesis.of("AWS::Scheduler::Schedule").map(({ properties }) => ({
    job: properties["Name"],
    cron: properties["ScheduleExpression"],
    timezone: properties["ScheduleExpressionTimezone"],
    payload: JSON.parse(String(inside(properties, "Target", "Input"))) as unknown,
    queue: idOf(inside(properties, "Target", "Arn")),
  }));
  expect(byJob(stands)).toEqual(
    byJob(
      schedules.map(({ job, cron, payload, queue }) => ({
        job,
        cron: eventBridgeCron(cron),
        timezone: "Asia/Shanghai",
        payload,
        queue: queueOf(queue satisfies QueueName)?.id,
      })),
    ),
  );
});

test("a tick is tried for a day and then put aside", () => {
  for (const { properties } of synthesis.of("AWS::Scheduler::Schedule")) {
    expect(inside(properties, "Target", "RetryPolicy", "MaximumEventAgeInSeconds")).toBe(86_400);
    expect(String(idOf(inside(properties, "Target", "DeadLetterConfig", "Arn")))).toContain("DeadLetters");
    expect(properties["FlexibleTimeWindow"]).toEqual({ Mode: "OFF" });
  }
});

test.each(schedules)("the silence of $job is an alarm", ({ job }) => {
  const alarm = synthesis
    .of("AWS::CloudWatch::Alarm")
    .find(({ properties }) => properties["AlarmName"] === `leyun-prod-schedule-missed-${job}`);
  expect(alarm?.properties).toMatchObject({
    TreatMissingData: "breaching",
    ComparisonOperator: "LessThanThreshold",
  });
});

test("the sealer and the others of the ledger run as few at once as Lambda takes", () => {
  const feeds = mappings.filter((mapping) => /Ledger$|^jobs\/publishRoot/.test(consumerOf(mapping)));
  expect(feeds).toHaveLength(4);
  for (const { properties } of feeds) expect(properties["ScalingConfig"]).toEqual({ MaximumConcurrency: 2 });
});

test("the journal's stream is caught up with in parallel, in batches that are gathered for a second", () => {
  const feed = mappings.find((mapping) => consumerOf(mapping) === "streams/journal");
  expect(feed?.properties).toMatchObject({
    BatchSize: 100,
    ParallelizationFactor: 2,
    MaximumBatchingWindowInSeconds: 1,
  });
});

/** What the metric filters with this name count, by the log group's function. */
const filtersOf = (metricName: string) =>
  synthesis
    .of("AWS::Logs::MetricFilter")
    .filter(({ properties }) => inside(properties, "MetricTransformations", 0, "MetricName") === metricName);

test("whatever finds the ledger broken or its journal altered is an alarm at once", () => {
  const filters = filtersOf("LedgerFaults");
  for (const { properties } of filters)
    expect(properties["FilterPattern"]).toBe(
      '{ ($.messageId = "ledger-broken") || ($.messageId = "journal-altered") }',
    );
  const groups = filters.map((filter) => referred(synthesis, filter, filter.properties["LogGroupName"]));
  const finders = lambdas.filter((lambda) => permissionsOf(lambda).tells);
  expect(finders).toContain("jobs/auditLedger");
  expect(groups.map(({ properties }) => properties["LogGroupName"]).toSorted()).toEqual(
    finders.map((lambda) => `/leyun/prod/${lambda}`).toSorted(),
  );
  const alarm = synthesis
    .of("AWS::CloudWatch::Alarm")
    .find(({ properties }) => properties["AlarmName"] === "leyun-prod-ledger-broken");
  expect(alarm?.properties).toMatchObject({ MetricName: "LedgerFaults", Threshold: 1, Statistic: "Sum" });
});

test("a ledger that is sealed more than five minutes late, or not at all, is an alarm", () => {
  const [filter, ...others] = filtersOf("WatermarkLagSeconds");
  expect(others).toEqual([]);
  expect(inside(filter?.properties, "MetricTransformations", 0, "MetricValue")).toBe("$.lagSeconds");
  const alarm = synthesis
    .of("AWS::CloudWatch::Alarm")
    .find(({ properties }) => properties["AlarmName"] === "leyun-prod-watermark-late");
  expect(alarm?.properties).toMatchObject({
    MetricName: "WatermarkLagSeconds",
    Statistic: "Maximum",
    Threshold: 300,
    Period: 300,
    EvaluationPeriods: 1,
    TreatMissingData: "breaching",
    ComparisonOperator: "GreaterThanThreshold",
  });
});

test("writes a schedule as EventBridge reads it", () => {
  expect(eventBridgeCron("30 3 * * *")).toBe("cron(30 3 * * ? *)");
  expect(eventBridgeCron("*/5 * * * *")).toBe("cron(*/5 * * * ? *)");
  expect(eventBridgeCron("30 7 * * MON-FRI")).toBe("cron(30 7 ? * MON-FRI *)");
  expect(eventBridgeCron("0 9 10 1,4,7,10 *")).toBe("cron(0 9 10 1,4,7,10 ? *)");
});

test("refuses a schedule that the two would read differently", () => {
  expect(() => eventBridgeCron("30 3 * * 1")).toThrow("name the days");
  expect(() => eventBridgeCron("30 3 1 * MON")).toThrow("not both");
  expect(() => eventBridgeCron("30 3 * *")).toThrow("five fields");
});

test("knows the longest pause between two runs", () => {
  expect(longestPauseHours("30 3 * * *", "Asia/Shanghai")).toBe(24);
  expect(longestPauseHours("0 * * * *", "Asia/Shanghai")).toBe(1);
  expect(longestPauseHours("30 7 * * MON-FRI", "Asia/Shanghai")).toBe(72);
});
