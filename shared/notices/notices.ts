import { clock } from "#shared/platform/clock.ts";
import type { Part } from "#shared/platform/database.ts";
import type { Instant } from "#shared/platform/time.ts";
import { findNotice, planNotice } from "./store.ts";
import type { FactsOf, TemplateKey } from "./templates.ts";

/** What a context tells somebody. */
export interface Told<Key extends TemplateKey> {
  /** The person; of a child, whoever acts for it. */
  to: string;
  template: Key;
  /** Nothing of it is personal data. */
  facts: FactsOf<Key>;
  /** The object it is about, by its id. */
  about: string;
  /**
   * The event's own name in its context, so that the same event twice is one notice: letters, digits and `_.:-`, at
   * most 120 characters. It is shown to the person.
   */
  noticeId: string;
}

/**
 * The parts that put a notice into a person's inbox and have it delivered, for the write of what it tells of. Refused
 * with AlreadyPosted when the person was told of it before.
 */
export function noticeParts<Key extends TemplateKey>({
  to,
  template,
  facts,
  about,
  noticeId,
}: Told<Key>): Part[] {
  const at = clock.now().toISOString();
  return planNotice({
    noticeId,
    personId: to,
    at,
    template,
    facts: facts as Readonly<Record<string, string | number>>,
    about,
    delivery: "due",
    channels: {},
    dueAt: at,
    version: 1,
  });
}

/**
 * When a channel's provider said that the notice had arrived; `undefined` as long as none has. Silence counts from
 * then, and from nothing else.
 */
export async function deliveredAt(noticeId: string, personId: string): Promise<Instant | undefined> {
  return (await findNotice({ noticeId, personId }))?.deliveredAt;
}
