import { App } from "aws-cdk-lib";
import { renderDocs } from "../docs/page.ts";
import { bundle, defaultDirectory } from "./bundle.ts";
import { addService, holdToRules } from "./service.ts";
import { originsOf, stageNamed, stages } from "./stages.ts";

/**
 * `cdk synth -c stage=<stage> [-c alarmEmail=<address>] [-c webOrigins=<https://host,...>]`. The stacks name no account, region or partition: the same
 * template goes to `aws` and `aws-cn`.
 */
const app = new App();
const stage = stageNamed(app.node.tryGetContext("stage") ?? "dev");
const alarmEmail: unknown = app.node.tryGetContext("alarmEmail");
const webOrigins: unknown = app.node.tryGetContext("webOrigins");
await renderDocs();
addService(app, {
  stage,
  settings: stages[stage],
  asset: await bundle(defaultDirectory),
  ...(typeof alarmEmail === "string" && { alarmEmail }),
  ...(typeof webOrigins === "string" && { webOrigins: originsOf(webOrigins) }),
});
holdToRules(app);
app.synth();
