import type { LocalService } from "../service.ts";

export async function loadDemonstration(
  _: LocalService,
  __: (zh: string, en: string) => void,
): Promise<void> {}
