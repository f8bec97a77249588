import { serviceRoutes } from "#shared/service/contract.ts";
import type { CostSheet } from "../sheet.ts";

export async function serviceCases(sheet: CostSheet): Promise<void> {
  const { anyone } = sheet.service;
  await sheet.costs("getHealth", "as usual", "200", () => anyone(serviceRoutes.getHealth, {}));
  await sheet.costs("getDeepHealth", "as usual", "200", () => anyone(serviceRoutes.getDeepHealth, {}));
  await sheet.costs("getOpenApi", "as usual", "200", () => anyone(serviceRoutes.getOpenApi, {}));
  await sheet.costs("getDocs", "as usual", "200", () => anyone(serviceRoutes.getDocs, {}));
}
