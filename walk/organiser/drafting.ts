import { registrationRoutes } from "#shared/registration/contract.ts";
import { programmeRoutes } from "#shared/registration/programme/contract.ts";
import { after, DAY, hours } from "../calendar.ts";
import type { Scene } from "../scene.ts";
import { freshName } from "../service.ts";
import { type BodyOf, including } from "../walk.ts";

type Draft = BodyOf<typeof registrationRoutes.createEvent>;

/** From a template to a published event. */
export async function drafting(scene: Scene): Promise<void> {
  const { walk, service } = scene;
  walk.chapter("从模板起草", "A draft from a template");
  await walk.granted(
    ["有哪些模板", "the templates"],
    service.anyone,
    programmeRoutes.listEventTemplates,
    {},
    { items: including({ templateId: "road-race", title: { zh: "路跑" } }) },
  );
  const draft = await fromTemplate(scene);
  await unpublished(scene, draft);
  await publishing(scene, draft);
}

async function fromTemplate({ service, walk, organiser }: Scene): Promise<Draft> {
  const starts = after(await service.now(), 45 * DAY);
  const body = {
    template: "road-race" as const,
    name: `环太湖路跑 ${freshName()}`,
    town: "七都镇",
    venue: "七都健身步道",
    startsAt: starts.toISOString(),
  };
  await walk.refused(
    ["前后矛盾：结束早于开始", "contradictions: it ends before it starts"],
    organiser,
    registrationRoutes.createEvent,
    { body: { ...body, endsAt: after(starts, -hours(1)).toISOString() } },
    "422 invalid-event",
    { errors: including({ pointer: "/endsAt" }) },
  );
  const groups = [{ name: "10公里", capacity: 3, minAge: 50, maxAge: 14 }];
  await walk.refused(
    ["前后矛盾：年龄上限低于下限", "contradictions: ages that nobody has"],
    organiser,
    registrationRoutes.createEvent,
    { body: { ...body, groups } },
    "422 invalid-event",
    { errors: including({ pointer: "/groups/0/maxAge" }) },
  );
  return walk.granted(
    ["草稿：组别、年龄、声明、清单由模板填好", "a draft: groups, ages, statements and checklist filled in"],
    organiser,
    registrationRoutes.createEvent,
    { body },
    {
      status: "draft",
      groups: including({ name: "马拉松", minAge: 20, ageOn: "year-end" }),
      statements: including({ statementId: "waiver" }),
      checklist: including({ required: true, done: false }),
    },
  );
}

async function unpublished({ service, walk, organiser, stranger, orgId }: Scene, draft: Draft) {
  const path = { eventId: draft.eventId };
  await walk.refused(
    ["草稿对外不可见", "a draft is not public"],
    service.anyone,
    registrationRoutes.getEvent,
    { path },
    "404 not-found",
  );
  await walk.granted(
    ["本单位的赛事里有它", "it is among the organisation's events"],
    organiser,
    registrationRoutes.listOrganiserEvents,
    { path: { orgId }, query: {} },
    { items: including({ eventId: draft.eventId, status: "draft" }) },
  );
  await walk.refused(
    ["别的单位改不了，也看不出有没有", "another organisation cannot change it, nor learn of it"],
    stranger,
    registrationRoutes.changeEvent,
    { path, body: { name: "冒名" }, ifMatch: draft.version },
    "404 not-found",
  );
  await walk.refused(
    ["别的单位不能发布", "nor publish it"],
    stranger,
    registrationRoutes.publishEvent,
    { path },
    "404 not-found",
  );
  await walk.refused(
    ["别的单位看不到名单", "nor see who signed up"],
    stranger,
    registrationRoutes.listEntrants,
    { path, query: {} },
    "404 not-found",
  );
}

async function publishing({ service, walk, organiser }: Scene, draft: Draft): Promise<void> {
  walk.chapter("核对清单并发布", "Checklist and publishing");
  const path = { eventId: draft.eventId };
  const changed = await walk.granted(
    ["改草稿", "change the draft"],
    organiser,
    registrationRoutes.changeEvent,
    { path, body: { venue: "七都镇太湖边" }, ifMatch: draft.version },
    { venue: "七都镇太湖边", version: draft.version + 1 },
  );
  await walk.refused(
    ["按旧版本修改", "a change based on an older version"],
    organiser,
    registrationRoutes.changeEvent,
    { path, body: { venue: "别处" }, ifMatch: draft.version },
    "412 version-mismatch",
  );
  const open = (changed.checklist ?? []).filter(({ required, done }) => required && !done);
  await walk.refused(
    ["必办事项没有完成不能发布", "not published while required items are open"],
    organiser,
    registrationRoutes.publishEvent,
    { path },
    "409 checklist-open",
    { errors: open.map(() => ({ pointer: /^\/checklist/ })) },
  );
  let version = changed.version;
  for (const { itemId, title } of open) {
    const ticked = await walk.granted(
      [`完成：${title}`, `done: ${itemId}`],
      organiser,
      programmeRoutes.tickChecklistItem,
      { path: { ...path, itemId }, body: { done: true, note: "已备案" }, ifMatch: version },
      { checklist: including({ itemId, done: true }) },
    );
    version = ticked.version;
  }
  const event = await walk.granted(
    ["发布", "publish"],
    organiser,
    registrationRoutes.publishEvent,
    { path },
    { status: "published", version: version + 1 },
  );
  await walk.refused(
    ["已发布的不能再发布", "it is published once"],
    organiser,
    registrationRoutes.publishEvent,
    { path },
    "409 event-not-draft",
  );
  const groups = event.groups.map((group) => ({ ...group, feeFen: 0 as const, minAge: 3 }));
  await walk.refused(
    ["发布后组别条件不能再改", "a published event's conditions stay"],
    organiser,
    registrationRoutes.changeEvent,
    { path, body: { groups }, ifMatch: event.version },
    "409 event-not-draft",
  );
  await walk.granted(
    ["现在人人可见", "now everybody sees it"],
    service.anyone,
    registrationRoutes.getEvent,
    { path },
    { status: "published", venue: "七都镇太湖边" },
  );
}
