import { parseArgs } from "node:util";
import { createBank } from "./bank/bank.ts";
import { OutsideClock } from "./clock.ts";
import { createProvider } from "./provider/provider.ts";
import { saveIn } from "./save.ts";
import { serve } from "./serve.ts";

/**
 * `node local/outside/main.ts --port 0`: institutions outside Leyun, with their own books and their own mistakes.
 * Nothing here knows Leyun and Leyun knows nothing of it but its address, which is printed as one line of JSON.
 * It ends with its parent, that is when its standard input ends.
 */
const { values } = parseArgs({
  options: {
    /** 0 for any free port. */
    port: { type: "string", default: "0" },
    /** Keeps the books in this folder. */
    data: { type: "string" },
  },
});

const clock = new OutsideClock();
const modules = {
  bank: createBank({ clock, save: saveIn(values.data, "bank") }),
  provider: await createProvider({ clock, ...(values.data !== undefined && { dir: values.data }) }),
};
const { url, stop } = await serve(modules, clock, Number(values.port));
console.log(JSON.stringify({ url }));

const end = () => {
  stop();
  process.exit(0);
};
process.on("SIGINT", end);
process.on("SIGTERM", end);
for (const ending of ["end", "close", "error"]) process.stdin.on(ending, end);
process.stdin.resume();
