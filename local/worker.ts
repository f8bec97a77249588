import { isQueue, queueVariable } from "#events/queues.ts";
import { pollQueues } from "./pollers/queues.ts";

/**
 * `node local/worker.ts sign-ups`: works on queues that a service beside it leaves to others, with the very same
 * handlers, so that a worker can be stopped or killed apart from the gateway. Its environment must be the one of the
 * service's own handlers (`environment` in GET /local/info). It keeps real time.
 */
const asked = process.argv.slice(2);
const names = asked.filter(isQueue);
const urls = new Map(names.map((name) => [name, process.env[queueVariable(name)] ?? ""]));
if (names.length === 0 || names.length < asked.length || [...urls.values()].includes("")) {
  console.error("node local/worker.ts <queue>..., with the address of each queue in QUEUE_<NAME>");
  process.exit(2);
}
const stop = pollQueues((name) => urls.get(name) ?? "", names);
const end = () => void stop().finally(() => process.exit(0));
process.on("SIGINT", end);
process.on("SIGTERM", end);
console.log(`working on ${names.join(", ")}`);
