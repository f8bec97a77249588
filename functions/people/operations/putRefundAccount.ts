import { peopleRoutes } from "#shared/people/contract.ts";
import { keepRefundAccount } from "#shared/people/profiles.ts";
import { callersPerson } from "#shared/people/store.ts";
import { operation } from "#shared/platform/operation.ts";

/** Keeps where money is given back to the caller. */
export const putRefundAccount = operation(peopleRoutes.putRefundAccount)(async ({ caller, body }) => {
  const { refundAccountMasked = "" } = await keepRefundAccount(await callersPerson(caller.sub), body);
  const { bankName, bankCode } = body;
  return { status: 200, body: { accountNumberMasked: refundAccountMasked, bankName, bankCode } };
});
