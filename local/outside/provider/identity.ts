import {
  createCipheriv,
  createPublicKey,
  KeyObject,
  randomBytes,
  sign,
  verify,
  type webcrypto,
} from "node:crypto";
// The library of certificates asks for it before itself.
import "reflect-metadata";
import { X509CertificateGenerator } from "@peculiar/x509";

const RSA = {
  name: "RSASSA-PKCS1-v1_5",
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
  hash: "SHA-256",
};

interface Certified {
  serial: string;
  privateKeyPem: string;
  certificatePem: string;
}

export interface PlatformCertificate extends Certified {
  from: string;
  to: string;
}

/** Who the merchant and the platform are: everything secret of both sides. */
export interface Identity {
  mchid: string;
  appId: string;
  apiV3Key: string;
  merchant: Certified;
  /** The platform's fixed key. */
  fixed: { id: string; privateKeyPem: string; publicKeyPem: string };
  /** The platform's certificates, oldest first; the last signs. */
  certificates: PlatformCertificate[];
}

const privatePem = (key: webcrypto.CryptoKey): string =>
  KeyObject.from(key).export({ type: "pkcs8", format: "pem" }).toString();

const keyPair = () => crypto.subtle.generateKey(RSA, true, ["sign", "verify"]);

async function certify(name: string, from: Date, to: Date): Promise<Certified> {
  const keys = await keyPair();
  // A serial is positive: its first bit is not set, and its first digit is not 0 either.
  const serial = `5${randomBytes(20).toString("hex").slice(1)}`.toUpperCase();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serial,
    name: `CN=${name}`,
    notBefore: from,
    notAfter: to,
    keys,
    signingAlgorithm: RSA,
  });
  return { serial, privateKeyPem: privatePem(keys.privateKey), certificatePem: certificate.toString("pem") };
}

/** A certificate of the platform, valid from a day before all tests' times to one after them. */
export async function platformCertificate(
  from = new Date("2020-01-01T00:00:00Z"),
  to = new Date("2045-01-01T00:00:00Z"),
): Promise<PlatformCertificate> {
  const made = await certify("sandbox platform", from, to);
  return { ...made, from: from.toISOString(), to: to.toISOString() };
}

export async function createIdentity(): Promise<Identity> {
  const fixed = await keyPair();
  const mchid = "1900000109";
  return {
    mchid,
    appId: "wx0000000000sandbox",
    apiV3Key: randomBytes(16).toString("hex"),
    merchant: await certify(
      "sandbox merchant",
      new Date("2020-01-01T00:00:00Z"),
      new Date("2045-01-01T00:00:00Z"),
    ),
    fixed: {
      id: `PUB_KEY_ID_01${mchid}2026000000000000`,
      privateKeyPem: privatePem(fixed.privateKey),
      publicKeyPem: KeyObject.from(fixed.publicKey).export({ type: "spki", format: "pem" }).toString(),
    },
    certificates: [await platformCertificate()],
  };
}

const SCHEME = "RSA-SHA256";

/** Whether the merchant signed this text. */
export const signedByMerchant = ({ merchant }: Identity, text: string, signature: string): boolean =>
  verify(
    SCHEME,
    Buffer.from(text),
    createPublicKey(merchant.certificatePem),
    Buffer.from(signature, "base64"),
  );

interface Signer {
  serial: string;
  privateKeyPem: string;
}

/** Who signs for the platform. */
export const signerOf = (identity: Identity, as: "certificate" | "public-key"): Signer => {
  const last = identity.certificates.at(-1);
  if (as === "public-key" || !last)
    return { serial: identity.fixed.id, privateKeyPem: identity.fixed.privateKeyPem };
  return last;
};

/** The headers that sign a body. */
export function signatureOf(by: Signer, body: string, now: Date): Record<string, string> {
  const timestamp = String(Math.floor(now.getTime() / 1_000));
  const nonce = randomBytes(16).toString("hex");
  const text = Buffer.from(`${timestamp}\n${nonce}\n${body}\n`);
  return {
    "wechatpay-timestamp": timestamp,
    "wechatpay-nonce": nonce,
    "wechatpay-serial": by.serial,
    "wechatpay-signature": sign(SCHEME, text, by.privateKeyPem).toString("base64"),
    "wechatpay-signature-type": "WECHATPAY2-SHA256-RSA2048",
  };
}

/** A text encrypted with the APIv3 key. */
export function seal({ apiV3Key }: Identity, text: string, associatedData: string) {
  const nonce = randomBytes(6).toString("hex");
  const cipher = createCipheriv("aes-256-gcm", apiV3Key, nonce).setAAD(Buffer.from(associatedData));
  const ciphertext = Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return {
    algorithm: "AEAD_AES_256_GCM",
    ciphertext: ciphertext.toString("base64"),
    associated_data: associatedData,
    nonce,
  };
}
