import {
  type BankAccount,
  type Merchant,
  type MerchantDetail,
  type MerchantSummary,
  type MyMerchant,
  publicStatuses,
  type Staff,
  type StaffView,
} from "./model.ts";

const isSupervised = ({ custodyAccount }: Merchant): boolean => custodyAccount !== undefined;

const supervisionOf = (supervised: boolean): MerchantSummary["supervision"] =>
  supervised
    ? { zh: "预付资金由银行存管", en: "What is prepaid is kept by a bank" }
    : {
        zh: "未纳入预付资金存管，请谨慎预付",
        en: "What is prepaid is not kept by a bank: prepay with care",
      };

/** What everybody sees; `undefined` of a merchant that the public does not know. */
export function publicView(merchant: Merchant | undefined): MerchantSummary | undefined {
  if (!merchant || !publicStatuses.includes(merchant.status)) return undefined;
  const { merchantId, name, town, categories, status, leaseEndsOn } = merchant;
  const supervised = isSupervised(merchant);
  const supervision = supervisionOf(supervised);
  return { merchantId, name, town, categories, status, supervised, supervision, leaseEndsOn };
}

const maskedAccount = ({ accountNumber, ...account }: BankAccount) => ({
  ...account,
  accountNumberMasked: `****${accountNumber.slice(-4)}`,
});

/** What officials see, and the applicant of what arrived. */
export function detailView(merchant: Merchant): MerchantDetail {
  const { version: _, creditCode, campaignIds: __, settlementAccount, custodyAccount, ...shown } = merchant;
  return {
    ...shown,
    unifiedSocialCreditCode: creditCode,
    supervised: isSupervised(merchant),
    ...(settlementAccount && { settlementAccount: maskedAccount(settlementAccount) }),
    ...(custodyAccount && { custodyAccount: maskedAccount(custodyAccount) }),
  };
}

export const staffView = ({ staffId, label, role, status, joinedAt, revokedAt }: Staff): StaffView => ({
  staffId,
  label,
  role,
  status,
  joinedAt,
  ...(revokedAt !== undefined && { revokedAt }),
});

/** How a merchant stands for one of its staff. */
export function myView(merchant: Merchant, { staffId, role, label }: Staff): MyMerchant {
  const { merchantId, name, status, cardsAllowed, decision } = merchant;
  return {
    merchantId,
    name,
    status,
    ...(status === "rejected" && decision && { reason: decision.reason }),
    supervised: isSupervised(merchant),
    cardsAllowed,
    staffId,
    role,
    label,
  };
}
