import type * as z from "zod";
import type { eventInput } from "#shared/registration/eventSchemas.ts";

export type EventInput = z.input<typeof eventInput>;
type Group = EventInput["groups"][number];

const group = (name: string, capacity: number, conditions: Omit<Group, "name" | "capacity"> = {}): Group => ({
  name,
  capacity,
  ...conditions,
});

const men = { sex: "male" } as const;
const women = { sex: "female" } as const;
const yearEnd = { ageOn: "year-end" } as const;

/** Who takes part, by kind of entry; `places` is what one group has. */
export const entries = {
  open: (places: number) => [group("不限组别", places)],
  "open-adults": (places: number) => [group("成人组", places, { minAge: 18 })],
  men: (places: number) => [group("男子组", places, { minAge: 16, maxAge: 50, ...men })],
  "men-tiers": (places: number) => [
    group("甲级", places, { minAge: 18, maxAge: 45, ...men }),
    group("乙级", places * 2, { minAge: 18, maxAge: 55, ...men }),
  ],
  "road-race": (places: number) => [
    group("10公里男子组", places * 2, { minAge: 18, maxAge: 64, ...men, ...yearEnd }),
    group("10公里女子组", places * 2, { minAge: 18, maxAge: 64, ...women, ...yearEnd }),
    group("5公里体验组", places * 4, { minAge: 12 }),
    group("2公里亲子组", places, { minAge: 5 }),
  ],
  orienteering: (places: number) => [
    group("公开组", places * 2, { minAge: 18, maxAge: 60 }),
    group("亲子家长组", places, { minAge: 18 }),
    group("亲子儿童组", places, { minAge: 6, maxAge: 13 }),
  ],
  family: (places: number) => [
    group("家长组", places, { minAge: 18 }),
    group("儿童组", places, { minAge: 4, maxAge: 13 }),
  ],
  cycling: (places: number) => [
    group("公开组", places * 2, { minAge: 16, maxAge: 60 }),
    group("大师组", places, { minAge: 40, maxAge: 65, ...yearEnd }),
  ],
  swimming: (places: number) => [
    group("男子组", places, { minAge: 14, maxAge: 60, ...men }),
    group("女子组", places, { minAge: 14, maxAge: 60, ...women }),
    group("少年组", places, { minAge: 7, maxAge: 13 }),
  ],
  water: (places: number) => [group("公开组", places, { minAge: 14, maxAge: 60 })],
  climbing: (places: number) => [
    group("男子攀石组", places, { minAge: 14, maxAge: 50, ...men }),
    group("女子攀石组", places, { minAge: 14, maxAge: 50, ...women }),
  ],
  youth: (places: number) => [group("青少年组", places, { minAge: 8, maxAge: 17 })],
  pupils: (places: number) => [
    group("小学组", places, { minAge: 6, maxAge: 12, ...yearEnd }),
    group("中学组", places, { minAge: 12, maxAge: 17, ...yearEnd }),
  ],
  children: (places: number) => [group("少儿组", places, { minAge: 5, maxAge: 14 })],
  go: (places: number) => [
    group("公开组", places, { minAge: 13 }),
    group("少儿组", places, { minAge: 5, maxAge: 12 }),
  ],
  elders: (places: number) => [group("长者组", places, { minAge: 60, ...yearEnd })],
  "women-elders": (places: number) => [group("女子组", places, { minAge: 50, ...women, ...yearEnd })],
  workers: (places: number) => [
    group("男子组", places * 2, { minAge: 18, maxAge: 60, ...men }),
    group("女子组", places * 2, { minAge: 18, maxAge: 60, ...women }),
  ],
} as const satisfies Record<string, (places: number) => Group[]>;

export type Entry = keyof typeof entries;

/** The participant's declaration, as every race asks it. */
export const waiver = {
  statementId: "waiver",
  version: "2026-1",
  title: "自愿参赛责任声明",
  text: "本人自愿参加本次活动，了解其风险，确认身体状况适合参加，并愿意遵守竞赛规程和现场安排。（演示文本）",
};

export const healthStatement = {
  statementId: "health",
  version: "2026-1",
  title: "健康状况声明",
  text: "本人没有心脏病、高血压等不适合参加水上和高强度运动的疾病。（演示文本）",
};
