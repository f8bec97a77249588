import { createHash } from "node:crypto";

const sha256 = (...parts: readonly (string | Uint8Array)[]): Buffer => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** Leaves and nodes are told apart, so that no list of nodes passes for a list of leaves (RFC 6962, section 2.1). */
const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

function treeHash(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return sha256();
  if (leaves.length === 1) return leaves[0] as Buffer;
  const left = 2 ** Math.floor(Math.log2(leaves.length - 1));
  return sha256(NODE, treeHash(leaves.slice(0, left)), treeHash(leaves.slice(left)));
}

/** The Merkle tree hash of RFC 6962 over a list of texts, as base64url. */
export const merkleRoot = (texts: readonly string[]): string =>
  treeHash(texts.map((text) => sha256(LEAF, text))).toString("base64url");

export const sha256Of = (text: string): string => sha256(text).toString("base64url");
