import type { Role } from "#shared/platform/route.ts";

export const personas: readonly { role: Role; sub: string; org?: string; label: string; read: string }[] = [];
