import type { OutsideClock } from "../clock.ts";
import type { Books } from "./books.ts";
import type { Identity } from "./identity.ts";

/** What every part of the sandbox works on. */
export interface Sandbox {
  books: Books;
  identity: Identity;
  clock: OutsideClock;
}

/** Whose balance it moves: the merchant's for whom was asked, or the asking one's own. */
export const receiverOf = ({ identity }: Sandbox, { subMchid }: { subMchid?: string }): string =>
  subMchid ?? identity.mchid;

/** How the protocol names the merchants of something. */
export const merchantsOf = ({ identity }: Sandbox, { subMchid }: { subMchid?: string }) =>
  subMchid === undefined ? { mchid: identity.mchid } : { sp_mchid: identity.mchid, sub_mchid: subMchid };

export const appOf = ({ identity }: Sandbox, { subMchid }: { subMchid?: string }) =>
  subMchid === undefined ? { appid: identity.appId } : { sp_appid: identity.appId };
