import * as z from "zod";
import { instant } from "#shared/platform/instant.ts";
import { problems } from "#shared/platform/problems.ts";
import { roles, route } from "#shared/platform/route.ts";
import { contentTypes } from "./fileTypes.ts";
import { findings, mismatches, states } from "./model.ts";
import { uploadProblems } from "./problems.ts";
import { purposeNames } from "./purposes.ts";

export const uploadId = z
  .string()
  .regex(/^upl_[0-9A-HJKMNP-TV-Z]{26}$/)
  .meta({ description: "A file that somebody gives" });

const purpose = z.enum(purposeNames);
const contentType = z.enum(contentTypes);
const sizeBytes = z.number().int().min(1);
const fileName = z.string();

export const uploadView = z
  .object({
    uploadId,
    purpose,
    state: z.enum(states).meta({
      description:
        "waiting for the file, scanning for malware, then ready or refused; expired when the file did not come in time",
    }),
    fileName,
    contentType,
    sizeBytes,
    sha256: z.string().meta({ description: "Of the content, hex" }),
    madeAt: instant,
    expiresAt: instant.optional().meta({ description: "Of one that waits: until when it does" }),
    refusedFor: z.enum([...mismatches, ...findings]).optional(),
    usedBy: z.string().optional().meta({ description: "What uses it; nothing else can" }),
    removedAt: instant.optional().meta({ description: "When it will be removed" }),
    link: z
      .object({ url: z.url(), expiresAt: instant })
      .optional()
      .meta({ description: "Where it can be downloaded for five minutes" }),
  })
  .meta({ id: "Upload" });
export type UploadView = z.input<typeof uploadView>;

const base = { access: roles, lambda: "uploads/everyone" } as const;
const path = z.strictObject({ uploadId });

export const uploadRoutes = {
  createUpload: route({
    ...base,
    operationId: "createUpload",
    method: "POST",
    path: "/v1/uploads",
    summary: {
      zh: "申请上传文件：得到十分钟内有效的上传地址",
      en: "Begin an upload: answers an address to which this one file can be put within ten minutes",
    },
    request: {
      body: z.strictObject({
        purpose,
        fileName: z.string().trim().min(1).max(1_000),
        contentType,
        sizeBytes: sizeBytes.meta({ description: "Exactly" }),
        sha256: z
          .string()
          .regex(/^([0-9a-fA-F]{64}|[A-Za-z0-9+/]{43}=)$/)
          .meta({ description: "SHA-256 of the content, hex or base64" }),
      }),
    },
    responses: {
      201: z.object({
        uploadId,
        method: z.literal("PUT"),
        url: z.url(),
        headers: z.record(z.string(), z.string()).meta({
          description:
            "Send exactly these, the file as the body, and its length, which every client sends by itself",
        }),
        expiresAt: instant.meta({ description: "Until then put the file and complete the upload" }),
      }),
    },
    errors: [uploadProblems.typeNotAllowed, uploadProblems.tooLarge],
    rateLimit: { limit: 60, seconds: 600 },
  }),
  completeUpload: route({
    ...base,
    operationId: "completeUpload",
    method: "POST",
    path: "/v1/uploads/{uploadId}/complete",
    summary: {
      zh: "确认上传完成：核对文件并检查恶意软件",
      en: "Say that the file was put: it is checked, and searched for malware",
    },
    request: { path },
    responses: { 200: uploadView },
    errors: [problems.notFound, uploadProblems.missing, uploadProblems.mismatch, uploadProblems.expired],
    idempotency: "required",
  }),
  getUpload: route({
    ...base,
    operationId: "getUpload",
    method: "GET",
    path: "/v1/uploads/{uploadId}",
    summary: {
      zh: "一份上传文件的状态；财务和管理人员可取得下载地址（记入审计日志）",
      en: "How far an upload is; finance and administrators may ask for a link, which the audit log keeps",
    },
    request: {
      path,
      query: z.strictObject({
        link: z.stringbool().optional().meta({ description: "Also an address to download it from" }),
      }),
    },
    responses: { 200: uploadView },
    errors: [problems.notFound, uploadProblems.notReady],
  }),
} as const;
