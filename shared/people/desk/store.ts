import type { Key, Part } from "#shared/platform/database.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { Refusal } from "#shared/platform/problem.ts";
import type { Instant } from "#shared/platform/time.ts";
import { peopleProblems } from "../problems.ts";
import { AccountTaken, accountKey, identityKey, listUnder, type Person, personKey } from "../store.ts";

const table = "people";

/** Whom a document belongs to, by any of its blind indexes. */
export async function personIdOfDocument(identities: readonly string[]): Promise<string | undefined> {
  const reads = identities.map(
    (identity) => ({ table, key: identityKey(identity), consistent: true }) as const,
  );
  const found = (await dynamo.getMany(reads)).find((item) => item !== undefined);
  return found?.["personId"] as string | undefined;
}

/**
 * The account gets the person that a desk made, as its owner states it. Refused with {@link AccountTaken} when the
 * account has a person meanwhile, `identity-in-use` when the person has an account or was changed.
 */
export function planAdoption(
  { personId, version }: Person,
  account: string,
  change: Pick<Person, "nameMasked" | "phoneMasked" | "verification" | "personal">,
): Part[] {
  return [
    {
      table,
      write: {
        Put: {
          Item: { ...accountKey(account), personId },
          ConditionExpression: "attribute_not_exists(pk)",
        },
      },
      refused: () => new AccountTaken(),
    },
    {
      table,
      write: {
        Update: {
          Key: personKey(personId),
          UpdateExpression:
            "SET account = :a, nameMasked = :n, phoneMasked = :p, verification = :v, personal = :d, version = :next",
          ConditionExpression: "version = :version AND madeBy = :desk AND attribute_not_exists(account)",
          ExpressionAttributeValues: {
            ":a": account,
            ":n": change.nameMasked,
            ":p": change.phoneMasked ?? null,
            ":v": change.verification,
            ":d": change.personal,
            ":desk": "desk",
            ":version": version,
            ":next": version + 1,
          },
        },
      },
      refused: () => new Refusal(peopleProblems.identityInUse),
    },
  ];
}

/** What a form at a desk says of a person beside the registration: evidence that staff may keep and not show. */
export interface Paper {
  paperId: string;
  personId: string;
  registrationId: string;
  at: Instant;
  /** Pseudonym of who filled it in. */
  recordedBy: string;
  /** The version of the text to which the guardian consented separately (PIPL Art. 31). */
  guardianConsentVersion?: string;
  /** Guardian and note, under the person's own key. */
  sealed: Uint8Array;
}

const paperKey = ({ personId, paperId }: Pick<Paper, "personId" | "paperId">): Key => ({
  pk: `PERSON#${personId}`,
  sk: `PAPER#${paperId}`,
});

export const planPaper = (paper: Paper): Part => ({
  table,
  write: {
    Put: { Item: { ...paperKey(paper), ...paper }, ConditionExpression: "attribute_not_exists(pk)" },
  },
});

export const listPapers = (personId: string): Promise<Paper[]> => listUnder<Paper>(personId, "PAPER");
