import type { noticeChannels } from "#shared/platform/env.ts";

/** What differs between deployments of the service; everything else is the same. */
export interface StageSettings {
  /** Data outlives its stack and can be deleted neither with it nor by mistake. */
  keepsData: boolean;
  /**
   * Days for which logs are kept. A stage with real persons keeps them for at least six months
   * (《网络安全法》第二十一条); of the values CloudWatch takes, a year is the first that is never less.
   */
  logDays: 30 | 365;
  /** Requests a second, and at once, that the gateway lets through before it answers 429. */
  throttling: { rate: number; burst: number };
  /** Who confirms identities: nobody until an authority is connected; `sandbox` invents its answers. */
  identityVerifier: "none" | "sandbox";
  /**
   * By what notices are brought to people: nothing until the credentials of a channel's provider are sealed; `sandbox`
   * only says that it did.
   */
  noticeChannels: (typeof noticeChannels)[number];
  /** What the provider of each channel calls our templates, by their keys (docs/notices.md). */
  noticeTemplates: Readonly<Partial<Record<"sms" | "wechat", Readonly<Record<string, string>>>>>;
}

export const stages = {
  dev: {
    keepsData: false,
    logDays: 30,
    throttling: { rate: 100, burst: 200 },
    identityVerifier: "sandbox",
    noticeChannels: "sandbox",
    noticeTemplates: {},
  },
  staging: {
    keepsData: true,
    logDays: 30,
    throttling: { rate: 10_000, burst: 5_000 },
    identityVerifier: "none",
    noticeChannels: "none",
    noticeTemplates: {},
  },
  prod: {
    keepsData: true,
    logDays: 365,
    // The account's own default; the rush in performance.md is modelled with it.
    throttling: { rate: 10_000, burst: 5_000 },
    identityVerifier: "none",
    noticeChannels: "none",
    noticeTemplates: {},
  },
} as const satisfies Record<string, StageSettings>;

export type StageName = keyof typeof stages;

/** A stage by the name given with `-c stage=`. */
export function stageNamed(name: unknown): StageName {
  if (typeof name === "string" && Object.hasOwn(stages, name)) return name as StageName;
  throw new Error(
    `-c stage=${String(name)}: there is no such stage; choose ${Object.keys(stages).join(", ")}`,
  );
}

/** The addresses given with `-c webOrigins=`, as browsers send them: a host, and TLS unless it is this machine. */
export function originsOf(text: string): string[] {
  const origins = text.split(",").map((one) => one.trim());
  for (const origin of origins) {
    const secure = /^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1)(:|$))/.test(origin);
    if (!secure || !URL.canParse(origin) || new URL(origin).origin !== origin)
      throw new Error(`-c webOrigins=${text}: ${origin} is no origin such as https://leyun.example.cn`);
  }
  return origins;
}
