import { describe, expect, it } from "vitest";
import type { Delivery, Endpoint } from "#shared/webhooks/model.ts";
import { begun, ended, endpointAfter, signingRotations } from "#shared/webhooks/rules.ts";

const now = new Date("2026-06-10T04:00:00.000Z");
const later = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
const HOUR = 60;
const DAY = 24 * HOUR;

const delivery: Delivery = {
  deliveryId: "whd_1",
  webhookId: "whk_1",
  merchantId: "mer_1",
  messageId: "msg_1",
  type: "merchant.approved",
  at: now.toISOString(),
  body: "{}",
  state: "due",
  attempts: 0,
  dueAt: now.toISOString(),
  version: 1,
};
const endpoint: Endpoint = {
  webhookId: "whk_1",
  merchantId: "mer_1",
  url: "https://shop.example.com/",
  events: ["merchant.approved"],
  status: "active",
  rotation: 1,
  createdAt: now.toISOString(),
};

describe("a delivery", () => {
  it("is tried again after 1, 5 and 30 minutes, 2, 6 and 24 hours, and has then failed", () => {
    let standing = delivery;
    const dues: (string | undefined)[] = [];
    for (let attempt = 0; attempt < 7; attempt += 1) {
      standing = ended(begun(standing, now), { status: 500 }, now);
      dues.push(standing.dueAt);
    }
    const pauses = [1, 5, 30, 2 * HOUR, 6 * HOUR, 24 * HOUR];
    expect(dues).toEqual([...pauses.map((minutes) => later(minutes).toISOString()), undefined]);
    expect(standing).toMatchObject({ state: "failed", attempts: 7, lastStatus: 500, messageId: "msg_1" });
  });

  it.each([200, 202, 204, 299])("that was answered %s is delivered", (status) => {
    expect(ended(begun(delivery, now), { status }, now)).toMatchObject({ state: "delivered" });
  });

  it.each([301, 302, 400, 404, 500])("that was answered %s is not", (status) => {
    expect(ended(begun(delivery, now), { status }, now)).toMatchObject({ state: "due", lastStatus: status });
  });

  it("that was answered 410 is never tried again", () => {
    expect(ended(begun(delivery, now), { status: 410 }, now)).toMatchObject({ state: "failed" });
  });
});

describe("an endpoint", () => {
  it("that answers 410 is disabled at once", () => {
    expect(endpointAfter(endpoint, { status: 410 }, now)).toMatchObject({
      status: "disabled",
      disabledBecause: "gone",
    });
  });

  it("that nothing reached for five days is disabled, and not a moment before", () => {
    const failing = endpointAfter(endpoint, { error: "timeout" }, now) as Endpoint;
    expect(failing).toMatchObject({ status: "active", failingSince: now.toISOString() });
    expect(endpointAfter(failing, { status: 500 }, later(5 * DAY - 1))).toBeUndefined();
    expect(endpointAfter(failing, { status: 500 }, later(5 * DAY))).toMatchObject({
      status: "disabled",
      disabledBecause: "failing",
    });
  });

  it("that works again begins to count anew", () => {
    const failing = { ...endpoint, failingSince: now.toISOString() };
    expect(endpointAfter(failing, { status: 204 }, later(4 * DAY))).not.toHaveProperty("failingSince");
    expect(endpointAfter(endpoint, { status: 204 }, now)).toBeUndefined();
  });

  it("signs with both secrets for a day after a rotation", () => {
    const rotated = { ...endpoint, rotation: 3, rotatedAt: now.toISOString() };
    expect(signingRotations(endpoint, now)).toEqual([1]);
    expect(signingRotations(rotated, now)).toEqual([3, 2]);
    expect(signingRotations(rotated, later(DAY - 1))).toEqual([3, 2]);
    expect(signingRotations(rotated, later(DAY))).toEqual([3]);
  });
});
