import { createPublicKey, type KeyObject, X509Certificate } from "node:crypto";
import type { KeyOf, KnownKey } from "./signing.ts";

const FIXED = "PUB_KEY_ID_";
const ASK_AGAIN_MS = 60_000;

/** A certificate of the platform: from when until when its key signs. */
export interface PlatformCertificate {
  serial: string;
  key: KeyObject;
  from: number;
  to: number;
}

/** Reads a certificate that is called by this serial. Throws for a text that is none, or another's. */
export function readCertificate(pem: string, serial: string): PlatformCertificate {
  const { serialNumber, publicKey, validFromDate, validToDate } = new X509Certificate(pem);
  if (serialNumber.toUpperCase() !== serial.toUpperCase())
    throw new Error("the certificate has another serial");
  if (publicKey.asymmetricKeyType !== "rsa") throw new Error("the certificate's key is not RSA");
  const [from, to] = [validFromDate.getTime(), validToDate.getTime()];
  return { serial: serial.toUpperCase(), key: publicKey, from, to };
}

/** The key among certificates that are valid just now. */
export const among =
  (certificates: readonly PlatformCertificate[], now: Date): KnownKey =>
  (serial) => {
    const found = certificates.find((one) => one.serial === serial.toUpperCase());
    return found && found.from <= now.getTime() && now.getTime() <= found.to ? found.key : undefined;
  };

/**
 * The keys by which the platform signs: its certificates, which it changes at least every five years, two of them
 * signing for some days; and the fixed key of newer merchants. A serial that is not known makes it ask for the
 * certificates as they are now, at most once a minute: anybody can send us serials.
 */
export function createPlatformKeys(of: {
  now: () => Date;
  fixed?: { id: string; pem: string };
  /** The platform's certificates. Rejects where they cannot be had. */
  fetchCertificates: (fixed: KnownKey) => Promise<PlatformCertificate[]>;
}): KeyOf {
  const { now, fixed, fetchCertificates } = of;
  const fixedKey = fixed && createPublicKey(fixed.pem);
  const fixedOf: KnownKey = (serial) => (serial === fixed?.id ? fixedKey : undefined);
  let certificates: readonly PlatformCertificate[] = [];
  let asked = { at: Number.NEGATIVE_INFINITY, answer: Promise.resolve() };

  async function renew(): Promise<void> {
    certificates = await fetchCertificates(fixedOf);
  }

  return async (serial) => {
    if (serial.startsWith(FIXED)) return fixedOf(serial);
    if (!certificates.some((one) => one.serial === serial.toUpperCase())) {
      const at = now().getTime();
      if (Math.abs(at - asked.at) >= ASK_AGAIN_MS) asked = { at, answer: renew() };
      // Who could not ask does not know whose the serial is, all that minute.
      await asked.answer;
    }
    return among(certificates, now())(serial);
  };
}
