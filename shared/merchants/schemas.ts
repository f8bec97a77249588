import * as z from "zod";

export const merchantId = z
  .string()
  .regex(/^mer_[0-9A-HJKMNP-TV-Z]{26}$/)
  .meta({ description: "A merchant" });
