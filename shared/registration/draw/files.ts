import { downloadUrl, getObject, putObject } from "#shared/platform/objects.ts";
import type { Draw } from "./model.ts";

const bucket = "draws";
const LINK_SECONDS = 300;

const listKey = (eventId: string, root: string) => `${eventId}/entrants-${root}.txt`;
const resultKey = (eventId: string, hash: string) => `${eventId}/result-${hash}.txt`;

const put = (key: string, body: string) =>
  putObject({ bucket, key, body: Buffer.from(body), contentType: "text/plain; charset=utf-8" });

export const putEntrants = (eventId: string, root: string, text: string) => put(listKey(eventId, root), text);
export const putResult = (eventId: string, hash: string, text: string) => put(resultKey(eventId, hash), text);

async function read(key: string): Promise<string> {
  const text = await getObject(bucket, key);
  if (text === undefined) throw new Error(`${key} is not among the draws`);
  return text;
}

export const readList = (eventId: string, root: string) => read(listKey(eventId, root));
export const readResultText = (eventId: string, hash: string) => read(resultKey(eventId, hash));

/** Where everybody can download the list and the result, as far as there are any, for five minutes. */
export async function linksOf({ eventId, entrantRoot, resultHash }: Draw) {
  const link = (key: string, filename: string) =>
    downloadUrl({ bucket, key, filename, seconds: LINK_SECONDS });
  return {
    ...(entrantRoot !== undefined && {
      entrantsUrl: await link(listKey(eventId, entrantRoot), `${eventId}-entrants.txt`),
    }),
    ...(resultHash !== undefined && {
      resultUrl: await link(resultKey(eventId, resultHash), `${eventId}-result.txt`),
    }),
  };
}
