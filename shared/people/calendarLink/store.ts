import { Contended, type Part } from "#shared/platform/database.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import type { RequestKey } from "#shared/platform/remember.ts";
import { reference } from "#shared/platform/secrets.ts";
import { calendarLinkKey, findPerson, type Person, personKey } from "../store.ts";

const table = "people";

/**
 * The token of a calendar's address: 256 bits that nobody can tell from chance without the service's secret. They
 * follow from the request's key, so that a repeat shows them again although they are stored nowhere.
 */
export const feedTokenOf = async (key: RequestKey): Promise<string> =>
  (await reference("calendar", "token", key.id)).toString("base64url");

/** What is stored of a token, and does not lead back to it. */
export const feedReference = async (feedToken: string): Promise<string> =>
  (await reference("calendar", "stored", feedToken)).toString("base64url");

/** The person's link as it shall be, none without `next`, if it still is as it was read. */
function planLink({ personId, calendarLink: was }: Person, next: Person["calendarLink"]): Part[] {
  const part: Part = {
    table,
    write: {
      Update: {
        Key: personKey(personId),
        UpdateExpression: next ? "SET calendarLink = :next" : "REMOVE calendarLink",
        ConditionExpression: `#state = :active AND ${was ? "calendarLink = :was" : "attribute_not_exists(calendarLink)"}`,
        ExpressionAttributeNames: { "#state": "state" },
        ExpressionAttributeValues: {
          ":active": "active",
          ...(was && { ":was": was }),
          ...(next && { ":next": next }),
        },
      },
    },
    // Another request of the same person came first; judged anew it ends that one's link.
    refused: () => new Contended("the calendar's link was changed meanwhile"),
  };
  return was ? [part, { table, write: { Delete: { Key: calendarLinkKey(was.reference) } } }] : [part];
}

/** A new link of the person's calendar; the one before ends with it. */
export const planCalendarLink = (person: Person, link: NonNullable<Person["calendarLink"]>): Part[] => [
  ...planLink(person, link),
  { table, write: { Put: { Item: { ...calendarLinkKey(link.reference), personId: person.personId } } } },
];

/** That the person's calendar has no address any more. */
export const planCalendarLinkEnd = (person: Person): Part[] =>
  person.calendarLink ? planLink(person, undefined) : [];

/**
 * Whose calendar a token opens. It is the person's own item that says so, so that a link ends with the next one, and
 * with the person.
 */
export async function findByFeedToken(feedToken: string): Promise<Person | undefined> {
  const stored = await feedReference(feedToken);
  const item = await dynamo.get({ table, key: calendarLinkKey(stored), consistent: true });
  const person = item && (await findPerson(String(item["personId"]), true));
  return person?.calendarLink?.reference === stored ? person : undefined;
}
