import { createPrivateKey } from "node:crypto";
import Formatter from "wechatpay-axios-plugin/lib/formatter.js";
import * as z from "zod";
import { clock } from "#shared/platform/clock.ts";
import { Unavailable } from "#shared/platform/database.ts";
import { ProviderRefused } from "../port.ts";
import { errorFor } from "./codes.ts";
import type { WechatPayCredentials } from "./credentials.ts";
import { among, createPlatformKeys, type PlatformCertificate, readCertificate } from "./platformKeys.ts";
import {
  authorization,
  distrustOf,
  type KeyOf,
  type KnownKey,
  type Merchant,
  openResource,
  sealedResource,
} from "./signing.ts";

const ANSWERS_WITHIN_MS = 5_000;
const DOWNLOADS_WITHIN_MS = 60_000;

export interface Surroundings {
  fetch?: typeof globalThis.fetch;
  now?: () => Date;
  nonce?: () => string;
  /** After how long a call whose answer did not come has an unknown outcome. */
  timeoutMs?: number;
}

interface Raw {
  status: number;
  headers: Record<string, string>;
  bytes: Buffer;
}

export interface Transport {
  merchant: Merchant;
  now: () => Date;
  nonce: () => string;
  keyOf: KeyOf;
  /**
   * The body of a success that the platform signed. Throws {@link ProviderRefused} for a signed no, and `Unavailable`
   * for everything else: whether it was done is not known then.
   */
  call(method: "GET" | "POST", path: string, body?: object): Promise<string>;
  /** The bytes at an address that the platform named; they are not signed. */
  download(url: string): Promise<Buffer>;
}

const Failure = z.object({ code: z.string(), message: z.string().default("") });
const Certificates = z.object({
  data: z.array(z.object({ serial_no: z.string(), encrypt_certificate: sealedResource })),
});

/** A JSON text of this shape; whatever else it holds is left out. An answer that is none of it says nothing. */
export function readAs<Schema extends z.ZodType>(schema: Schema, text: string): z.infer<Schema> {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    // The cause would repeat the text.
    throw new Unavailable("the provider's answer is broken");
  }
}

/** Who can encrypt with the APIv3 key is the platform: that is how its first certificates prove themselves. */
function certificatesIn(body: string, apiV3Key: string): PlatformCertificate[] {
  return readAs(Certificates, body).data.map(({ serial_no, encrypt_certificate }) => {
    try {
      return readCertificate(openResource(encrypt_certificate, apiV3Key), serial_no);
    } catch {
      throw new Unavailable("a certificate of the provider cannot be opened");
    }
  });
}

/** Speaks the signed HTTP of WeChat Pay's APIv3. */
export function createTransport(credentials: WechatPayCredentials, of: Surroundings): Transport {
  const { fetch = globalThis.fetch, now = clock.now, nonce = () => Formatter.nonce(), timeoutMs } = of;
  const { mchid, serial, privateKeyPem, apiV3Key, publicKeyId, publicKeyPem } = credentials;
  const merchant = { mchid, serial, key: createPrivateKey(privateKeyPem) };
  const base = credentials.baseUrl.replace(/\/+$/, "");

  async function send(method: string, url: URL, body: string, within: number): Promise<Raw> {
    try {
      const response = await fetch(url, {
        method,
        headers: {
          accept: "application/json",
          "user-agent": "leyun",
          authorization: authorization(merchant, { method, url, body, at: now(), nonce: nonce() }),
          ...(body !== "" && { "content-type": "application/json" }),
          // Which of its keys the platform is to sign with while it changes from certificates to the fixed key.
          ...(publicKeyId !== undefined && { "wechatpay-serial": publicKeyId }),
        },
        ...(body !== "" && { body }),
        redirect: "error",
        signal: AbortSignal.timeout(timeoutMs ?? within),
      });
      const bytes = Buffer.from(await response.arrayBuffer());
      return { status: response.status, headers: Object.fromEntries(response.headers), bytes };
    } catch (cause) {
      throw new Unavailable("the provider did not answer", { cause });
    }
  }

  /** The body of an answer that those keys signed. */
  async function trusted({ status, headers, bytes }: Raw, keyOf: KeyOf): Promise<string> {
    if (status >= 500 || status === 429) throw new Unavailable(`the provider answered ${status}`);
    const body = bytes.toString("utf8");
    const distrust = await distrustOf({ headers, body }, keyOf, now());
    if (distrust) throw new Unavailable(`the provider's answer is not proved to be its own: ${distrust}`);
    if (status >= 200 && status < 300) return body;
    throw errorFor(readAs(Failure, body));
  }

  async function fetchCertificates(fixed: KnownKey): Promise<PlatformCertificate[]> {
    const raw = await send("GET", new URL(`${base}/v3/certificates`), "", ANSWERS_WITHIN_MS);
    const found = raw.status === 200 ? certificatesIn(raw.bytes.toString("utf8"), apiV3Key) : [];
    const theirs = among(found, now());
    try {
      await trusted(raw, (signer) => fixed(signer) ?? theirs(signer));
    } catch (error) {
      // A merchant with the fixed key alone is told that there are none.
      if (error instanceof ProviderRefused) return [];
      throw error;
    }
    return found;
  }

  const keyOf = createPlatformKeys({
    now,
    fetchCertificates,
    ...(publicKeyId !== undefined &&
      publicKeyPem !== undefined && { fixed: { id: publicKeyId, pem: publicKeyPem } }),
  });

  return {
    merchant,
    now,
    nonce,
    keyOf,
    call: async (method, path, body) => {
      const text = body === undefined ? "" : JSON.stringify(body);
      return trusted(await send(method, new URL(`${base}${path}`), text, ANSWERS_WITHIN_MS), keyOf);
    },
    download: async (url) => {
      const { status, bytes } = await send("GET", new URL(url), "", DOWNLOADS_WITHIN_MS);
      if (status !== 200) throw new Unavailable(`the provider answered ${status} for a file`);
      return bytes;
    },
  };
}
