import { build } from "esbuild";
import { expect, it } from "vitest";

it("speaking to a provider carries no HTTP client and no XML parser of the library's into a function", async () => {
  const { metafile } = await build({
    entryPoints: ["shared/payments/wechatPay/wechatPay.ts"],
    bundle: true,
    platform: "node",
    format: "esm",
    minify: true,
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  const inputs = Object.values(metafile.outputs)[0]?.inputs ?? {};
  const packages = Object.keys(inputs).flatMap(
    (path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [],
  );
  expect(packages.filter((name) => /xml|axios$|form-data/.test(name))).toEqual([]);
  const ofLibrary = Object.entries(inputs).filter(([path]) => path.includes("/wechatpay-axios-plugin/"));
  expect(ofLibrary).toHaveLength(2);
  expect(ofLibrary.reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0)).toBeLessThan(6_000);
});
