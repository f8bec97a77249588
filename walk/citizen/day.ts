import { beijing, nextAt } from "../calendar.ts";
import type { Day } from "../run.ts";
import { sceneOf } from "../scene.ts";
import { calendars } from "./calendar.ts";
import { decidedLater } from "./decidedLater.ts";
import { family } from "./family.ts";
import { finding } from "./finding.ts";
import { myThings } from "./myThings.ts";
import { noShow } from "./noShow.ts";
import { rush } from "./rush.ts";
import { signingUp } from "./signingUp.ts";
import { waiting } from "./waiting.ts";

/** The citizen's day before an event. */
export const citizenDay: Day = async (service, walk) => {
  // Offered places are kept by day: the walk begins in the morning, and its clock goes on with it.
  await service.go(nextAt(await service.now(), 9));
  const scene = await sceneOf(service, walk);
  walk.chapter(`市民的一天（北京时间 ${beijing(await service.now())}）`, "A citizen's day before an event");
  const race = await finding(scene);
  await signingUp(scene, race);
  await family(scene, race);
  await calendars(scene, race);
  await waiting(scene);
  await rush(scene);
  await decidedLater(scene);
  await noShow(scene);
  await myThings(scene);
};
