import type { Client } from "#shared/client.ts";
import { finance } from "../../support/ledger.ts";
import {
  admitted,
  apply,
  type Decision,
  decideOn,
  invite,
  joined,
  merchantCaller,
  merchantInput,
  venueInput,
} from "../../support/merchants.ts";
import { good, type TestService } from "../../support/service.ts";
import { pdf, uploaded } from "../../support/uploads.ts";
import type { Case, Whose } from "./cases.ts";

const absentMerchant = { merchantId: "mer_01J00000000000000000000000" };
const absentStaff = { staffId: "stf_01J00000000000000000000000" };

/** The cases of merchants, their staff and their venues. */
export function merchantCases(service: TestService): Readonly<Record<string, Case>> {
  /** A merchant that the owner applied for. */
  const own = async (owner: Client, whose: Whose) => {
    if (whose === "absent") return { path: absentMerchant };
    return { path: { merchantId: (await good(apply(owner))).merchantId } };
  };
  /** One on which an official may decide so, whoever applied and whoever decided before. */
  const before = (decision: Decision): Case => ({
    owned: false,
    make: async (_, whose) => {
      const body = { reason: "资料核实" };
      if (whose === "absent") return { path: absentMerchant, body };
      if (decision === "approve" || decision === "reject")
        return { path: (await own(merchantCaller(service), whose)).path, body };
      const { path, merchantId } = await admitted(service);
      if (decision === "unfreeze") await good(decideOn(finance(service, "freezer"), "freeze", merchantId));
      return { path, body };
    },
  });
  return {
    listMerchants: {
      owned: false,
      make: async () => {
        await admitted(service);
        return {};
      },
    },
    getMerchant: {
      owned: false,
      make: async (_, whose) => ({
        path: whose === "absent" ? absentMerchant : (await admitted(service)).path,
      }),
    },
    applyMerchant: {
      owned: false,
      make: async (owner) => {
        const { uploadId: licenceUploadId } = await uploaded(owner, pdf(), { purpose: "licence" });
        return { body: merchantInput({ licenceUploadId }) };
      },
    },
    listMyMerchants: {
      owned: false,
      make: async (owner) => {
        await apply(owner);
        return {};
      },
    },
    listVenues: { owned: true, make: own },
    addVenue: {
      owned: true,
      make: async (owner, whose) => ({ ...(await own(owner, whose)), body: venueInput() }),
    },
    listStaff: { owned: true, make: own },
    inviteStaff: {
      owned: true,
      make: async (owner, whose) => ({
        ...(await own(owner, whose)),
        body: { label: "前台1", role: "cashier" },
      }),
    },
    revokeStaff: {
      owned: true,
      make: async (owner, whose) => {
        const { path } = await own(owner, whose);
        if (whose === "absent") return { path: { ...path, ...absentStaff } };
        const { staffId } = await joined(service, owner, path.merchantId);
        return { path: { ...path, staffId } };
      },
    },
    acceptStaffInvitation: {
      owned: false,
      make: async () => {
        const manager = merchantCaller(service);
        const { merchantId } = await good(apply(manager));
        return { body: { invitationCode: (await invite(manager, merchantId)).invitationCode } };
      },
    },
    listMerchantReviews: {
      owned: false,
      make: async () => {
        await own(merchantCaller(service), "own");
        return {};
      },
    },
    approveMerchant: before("approve"),
    rejectMerchant: before("reject"),
    freezeMerchant: before("freeze"),
    unfreezeMerchant: before("unfreeze"),
    blacklistMerchant: before("blacklist"),
  };
}
