import * as z from "zod";
import { define } from "../model.ts";

const convention = { zh: "惯例，部署时确认", en: "convention, to confirm in a deployment", verify: true };
const everywhere = { jurisdiction: "CN", enforcement: "refuse", validFrom: "2024-01-01" } as const;
const count = z.number().int().min(1);

/** Codes on citizens' phones, and who reads them. */
export const codes = {
  guessing: define({
    id: "codes.guessing",
    title: { zh: "无效扫码次数的上限", en: "How many codes that are none a merchant may scan" },
    schema: z.strictObject({
      /** So many in so many minutes are refused for a while. */
      failures: count,
      minutes: count.max(60),
      /** So many in a day lock the merchant's tills for that day. */
      lockAfter: count,
    }),
    defaults: [{ ...everywhere, value: { failures: 20, minutes: 10, lockAfter: 60 }, source: convention }],
  }),
  textedNumber: define({
    id: "codes.texted-number",
    title: { zh: "短信数字码的有效时间", en: "For how long a number sent by text message is good" },
    schema: z.strictObject({ minutes: count.max(60) }),
    defaults: [
      {
        ...everywhere,
        value: { minutes: 10 },
        source: {
          zh: "国办发〔2020〕45号：为没有智能手机的人保留办法；时长为惯例",
          en: "Guo Ban Fa [2020] No. 45 (people without a smartphone); the length is a convention",
          verify: true,
        },
      },
    ],
  }),
} as const;
