import { env } from "#shared/platform/env.ts";
import type { Profile } from "./profile.ts";

export const verifications = ["declared", "verified"] as const;
/** `declared`: as the person wrote it. `verified`: an authority confirmed name and document (实名核验). */
export type Verification = (typeof verifications)[number];

/** Asks an authority whether name and document belong together. */
export interface IdentityVerifier {
  /** `mismatch`: the authority knows the document under another name. */
  confirm(identity: Pick<Profile, "name" | "idType" | "idNumber">): Promise<Verification | "mismatch">;
}

/** Confirms at once, except names that begin with 不符, with which a mismatch can be shown. */
const sandbox: IdentityVerifier = {
  confirm: async ({ name }) => (name.startsWith("不符") ? "mismatch" : "verified"),
};

/** Without an authority a document stays declared. */
const none: IdentityVerifier = { confirm: async () => "declared" };

/** The authority of this deployment. */
export const identityVerifier = (): IdentityVerifier =>
  env().IDENTITY_VERIFIER === "sandbox" ? sandbox : none;
