import { expect } from "vitest";
import { approvalRoutes } from "#shared/registration/approval/contract.ts";
import { beginBooks, drawAs, drawOf, enter, jobs, Season } from "../../support/draws.ts";
import { family } from "../../support/family.ts";
import { citizen, good, organiser, publishedEvent, signUp, type TestService } from "../../support/service.ts";
import { uploaded } from "../../support/uploads.ts";

/** How the functions of draws and applications use what no single call of a route needs. */
export function decisionUses(service: () => TestService): [string, () => Promise<void>][] {
  return [
    [
      "an application with a document, whose organiser looks at it",
      async () => {
        const documents = [{ documentId: "licence", title: "参赛资格证书", required: true }];
        const { path, groupIds } = await publishedEvent(service(), { allocation: "approval", documents });
        const { call } = await citizen(service());
        const { uploadId } = await uploaded(call, undefined, { purpose: "registration-document" });
        const given = [{ documentId: "licence", uploadId }];
        const { registrationId } = await good(signUp(call, path, groupIds[0] ?? "", { documents: given }));
        const seen = organiser(service())(approvalRoutes.getEntrant, { path: { ...path, registrationId } });
        expect((await good(seen)).documents[0]).toHaveProperty("url");
      },
    ],
    [
      "a draw that waits for the ledger, of many who would wait, and one that is late",
      async () => {
        const before = service().clock.now();
        await beginBooks(service());
        const season = new Season(service());
        const { path, groupIds } = await season.event({ draw: { beacon: { source: "ledger-root" } } });
        await enter(service(), path, groupIds[0], 3, true);
        const { call, participantIds } = await family(service(), 2);
        await good(signUp(call, path, groupIds[0] ?? "", { participantIds }));
        const other = await season.event();
        const asked = await season.event({ draw: { beacon: { source: "ledger-root" } } });
        await season.close();
        await season.rootsKnown();
        expect(await good(drawAs(service(), asked.path))).toMatchObject({ stage: "drawn" });
        await jobs("runDraws");
        expect(await drawOf(service(), path)).toMatchObject({ stage: "done" });
        season.go(25);
        await jobs("runDraws");
        expect(await drawOf(service(), other.path)).toMatchObject({ late: true });
        service().clock.set(before);
      },
    ],
  ];
}
