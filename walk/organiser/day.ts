import { beijing, nextAt } from "../calendar.ts";
import type { Day } from "../run.ts";
import { sceneOf } from "../scene.ts";
import { applications } from "./applications.ts";
import { drafting } from "./drafting.ts";
import { drawing } from "./drawing.ts";
import { holding } from "./holding.ts";
import { lists } from "./lists.ts";
import { seriesOfRounds } from "./series.ts";

/** The organiser's day before an event. */
export const organiserDay: Day = async (service, walk) => {
  await service.go(nextAt(await service.now(), 9));
  const scene = await sceneOf(service, walk);
  walk.chapter(
    `主办方的一天（北京时间 ${beijing(await service.now())}）`,
    "An organiser's day before an event",
  );
  await drafting(scene);
  await lists(scene);
  await applications(scene);
  await seriesOfRounds(scene);
  await drawing(scene);
  await holding(scene);
};
