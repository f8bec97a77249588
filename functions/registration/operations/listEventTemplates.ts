import { operation } from "#shared/platform/operation.ts";
import { programmeRoutes } from "#shared/registration/programme/contract.ts";
import { templateIds } from "#shared/registration/programme/schemas.ts";
import { templates } from "#shared/registration/programme/templates.ts";

/** The templates that an organiser may start from. */
export const listEventTemplates = operation(programmeRoutes.listEventTemplates)(async () => ({
  status: 200,
  body: { items: templateIds.map((templateId) => ({ ...templates[templateId], templateId })) },
  headers: { "cache-control": "public, max-age=300" },
}));
