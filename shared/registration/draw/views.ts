import type * as z from "zod";
import type { SportEvent } from "../model.ts";
import type { drawView } from "./contract.ts";
import { beaconDay, defaultBeacon, isLate } from "./deciding.ts";
import { linksOf } from "./files.ts";
import type { Draw } from "./model.ts";

/** A draw as everybody may see it: what is not public yet is not in it. */
export async function drawViewOf(
  event: SportEvent,
  draw: Draw,
  now: Date,
): Promise<z.input<typeof drawView>> {
  const { version: _version, lateToldOn: _told, beaconOn = beaconDay(event), beaconValue, ...shown } = draw;
  return {
    ...shown,
    beacon: {
      ...(event.draw?.beacon ?? defaultBeacon),
      knownOn: beaconOn,
      ...(beaconValue !== undefined && { value: beaconValue }),
    },
    signUpClosesAt: event.signUpClosesAt,
    ...(isLate(draw, now) && { late: true }),
    ...(await linksOf(draw)),
  };
}
