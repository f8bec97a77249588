import type { BusinessDate } from "#shared/platform/time.ts";
import { datesIn } from "./dates.ts";
import { UNREADABLE } from "./encoding.ts";
import { type Fault, fault } from "./faults.ts";
import type { BankMapping } from "./mapping.ts";
import { parseFen } from "./money.ts";
import { type Table, valueAfter } from "./table.ts";

/** A balance that the file states, and where. */
export interface StatedBalance {
  row: number;
  fen: number;
}

interface Particulars {
  account: string;
  name: string;
  from: BusinessDate | undefined;
  to: BusinessDate | undefined;
  opening: StatedBalance | undefined;
  closing: StatedBalance | undefined;
  faults: Fault[];
}

/** What a statement says of itself before the table. Of a file without a table nothing is asked. */
export function readParticulars(table: Table, mapping: BankMapping): Particulars {
  const { labels } = mapping.statement;
  const wrong = new Map<string, Fault>();
  const value = <Value>(label: string, read: (written: string) => Value | undefined) => {
    const at = valueAfter(table.particulars, label);
    const found = at && !at.written.includes(UNREADABLE) ? read(at.written) : undefined;
    if (table.titles && found === undefined)
      wrong.set(label, at ? fault("label-value", at.row, label) : fault("label-missing", 0, label));
    return found;
  };
  const text = (written: string) => written || undefined;
  const balance = (label: string | undefined): StatedBalance | undefined => {
    const fen = label === undefined ? undefined : value(label, parseFen);
    return fen === undefined ? undefined : { row: valueAfter(table.particulars, label ?? "")?.row ?? 0, fen };
  };
  const found = {
    account: value(labels.account, text) ?? "",
    name: value(labels.name, text) ?? "",
    from: value(labels.from, (written) => datesIn(written, mapping.date)[0]),
    to: value(labels.to, (written) => datesIn(written, mapping.date).at(-1)),
    opening: balance(labels.opening),
    closing: balance(labels.closing),
  };
  // By label, since two particulars may share one.
  return { ...found, faults: [...wrong.values()] };
}
