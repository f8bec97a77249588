import type * as z from "zod";
import type { consent, dependant, profile } from "./contract.ts";
import type { Consent, Link, Person } from "./store.ts";

export const profileView = (person: Person, name: string): z.input<typeof profile> => ({
  personId: person.personId,
  name,
  idType: person.idType,
  idNumberMasked: person.idNumberMasked,
  phoneMasked: person.phoneMasked ?? "",
  birthDate: person.birthDate,
  sex: person.sex,
  verification: person.verification,
});

export const dependantView = (link: Link, person: Person): z.input<typeof dependant> => ({
  personId: person.personId,
  relation: link.relation,
  nameMasked: person.nameMasked,
  birthDate: person.birthDate,
  sex: person.sex,
  idNumberMasked: person.idNumberMasked,
  verification: person.verification,
  ...(link.consentId && { guardianConsentId: link.consentId }),
  since: link.since,
});

export const consentView = (given: Consent): z.input<typeof consent> => ({ ...given });
