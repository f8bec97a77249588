/** The two banks, each with its own conventions. Names and numbers are invented: 999 is no bank's. */
export const banks = {
  a: {
    name: "沙盒银行甲吴江支行",
    /** 联行号. */
    number: "999305000014",
    encoding: "gb18030",
    lineEnd: "\r\n",
    accountPrefix: "62990101",
  },
  b: {
    name: "沙盒银行乙吴江支行",
    number: "999305000022",
    encoding: "utf-8",
    lineEnd: "\n",
    accountPrefix: "8899",
  },
} as const;

export type BankId = keyof typeof banks;

/** Payout files are executed between these times of the day in Shanghai, and answered so long after. */
export const hours = { opens: "08:30:00", closes: "17:30:00" } as const;
export const EXECUTES_AFTER_SECONDS = 60;
/** After which another bank has answered. */
export const CLEARS_AFTER_SECONDS = 1_800;
