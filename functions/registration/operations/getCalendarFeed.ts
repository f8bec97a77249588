import { findByFeedToken } from "#shared/people/calendarLink/store.ts";
import { operation } from "#shared/platform/operation.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";
import { refuseMoreThan } from "#shared/platform/rateLimit.ts";
import { calendarRoutes } from "#shared/registration/calendar/contract.ts";
import { feedEntries } from "#shared/registration/calendar/feed.ts";
import { calendarTag, calendarText } from "#shared/registration/calendar/ics.ts";

const names = { zh: "乐运：我和家人的活动", en: "Leyun: my family's events" } as const;

/** The calendar that a token opens, to whoever has it; for any other there is none. */
export const getCalendarFeed = operation(calendarRoutes.getCalendarFeed)(async ({ path, language, now }) => {
  const owner = await findByFeedToken(path.feedToken);
  if (!owner) throw new Refusal(problems.notFound);
  // By the person: who tries out tokens finds nothing to be counted by, and nothing to be written.
  await refuseMoreThan(calendarRoutes.getCalendarFeed, owner.personId, now);
  const entries = await feedEntries(owner, language, now);
  const name = names[language];
  return {
    status: 200,
    body: calendarText(name, entries, now),
    headers: {
      etag: calendarTag(name, entries),
      vary: "accept-language",
      "cache-control": "private, max-age=300",
    },
  };
});
