import { approvalRoutes } from "#shared/registration/approval/contract.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { textAt } from "../drawing.ts";
import { published } from "../events.ts";
import { uploaded } from "../files.ts";
import { entered, type Scene, statusOf } from "../scene.ts";
import { including } from "../walk.ts";

/** Applications with documents, accepted and rejected. */
export async function applications({ service, walk, organiser, stranger, someone }: Scene): Promise<void> {
  walk.chapter("审核申请", "Applications");
  const event = await published(service, organiser, {
    allocation: "approval",
    groups: [{ name: "专业组", capacity: 1 }],
    documents: [{ documentId: "licence", title: "参赛资格证书", required: true }],
  });
  const apply = async (name: string) => {
    const one = await someone(name);
    const documents = [{ documentId: "licence", uploadId: await uploaded(walk, one.call) }];
    const { registrationId } = await entered(one, event, { documents });
    return { ...one, registrationId, path: { ...event.path, registrationId } };
  };
  const first = await apply("许选手");
  const second = await apply("冯选手");
  await walk.granted(
    ["待审核的申请", "applications that wait"],
    organiser,
    registrationRoutes.listEntrants,
    { path: event.path, query: {} },
    { items: [{ status: "pending-approval" }, { status: "pending-approval" }] },
  );
  const { documents } = await walk.granted(
    ["查看申请和材料（记入审计日志）", "read one with its document (audited)"],
    organiser,
    approvalRoutes.getEntrant,
    { path: first.path },
    { status: "pending-approval", documents: [{ documentId: "licence", url: /^http/ }] },
  );
  const [document] = documents;
  walk.see(
    ["材料可以打开五分钟", "the document opens, for five minutes"],
    await textAt(document?.url),
    /^%PDF/,
  );
  await walk.refused(
    ["别的单位不能审核", "another organisation decides nothing"],
    stranger,
    approvalRoutes.approveRegistration,
    { path: first.path },
    "404 not-found",
  );
  await walk.granted(
    ["通过", "accept"],
    organiser,
    approvalRoutes.approveRegistration,
    { path: first.path },
    { status: "confirmed" },
  );
  await walk.refused(
    ["只有一个名额", "there is one place only"],
    organiser,
    approvalRoutes.approveRegistration,
    { path: second.path },
    "409 event-full",
  );
  await walk.granted(
    ["不通过，写明原因", "reject, with a reason"],
    organiser,
    approvalRoutes.rejectRegistration,
    { path: second.path, body: { reason: "not-qualified" } },
    { status: "rejected" },
  );
  await walk.refused(
    ["决定过的不再决定", "what is decided is decided"],
    organiser,
    approvalRoutes.approveRegistration,
    { path: second.path },
    "409 not-pending",
  );
  walk.see(
    ["申请人看到的结果", "what the applicants see"],
    [await statusOf(first.call, first.registrationId), await statusOf(second.call, second.registrationId)],
    ["confirmed", "rejected"],
  );
  await walk.granted(
    ["名单里也是", "and the list"],
    organiser,
    registrationRoutes.listEntrants,
    { path: event.path, query: {} },
    { items: including({ registrationId: first.registrationId, status: "confirmed" }) },
  );
}
