import type { IdType, Sex } from "#shared/people/identityDocument.ts";
import type { BusinessDate } from "#shared/platform/time.ts";
import { residentId } from "./residentId.ts";

/** Family names of the region. */
export const familyNames = [
  "沈",
  "陆",
  "钱",
  "周",
  "吴",
  "徐",
  "顾",
  "朱",
  "王",
  "张",
  "金",
  "费",
  "计",
  "庄",
  "凌",
  "盛",
  "梅",
  "倪",
  "姚",
  "潘",
] as const;

/** The last character of a name; the middle one (示, 样, 例 or 演) says that the person is invented. */
export const givenNames = {
  female: ["芳", "敏", "静", "丽", "娟", "霞", "梅", "玲", "萍", "燕", "蕾", "悦", "欣", "婷", "珍"],
  male: ["强", "军", "伟", "勇", "杰", "涛", "明", "平", "刚", "辉", "健", "乐", "跃", "磊", "康"],
} as const satisfies Record<Sex, readonly [string, ...string[]]>;

interface Other {
  name: string;
  /** In the present year. */
  age: number;
  sex: Sex;
  /** Without one: a resident identity card. */
  document?: (
    birthDate: BusinessDate,
    sex: Sex,
  ) => { idType: IdType; idNumber: string; birthDate?: BusinessDate; sex?: Sex };
}

/** A document whose number tells neither birth date nor sex. */
const stating =
  (idType: IdType, idNumber: string): NonNullable<Other["document"]> =>
  (birthDate, sex) => ({ idType, idNumber, birthDate, sex });

/** A document of 18 digits, its area invented. */
const telling =
  (idType: IdType, area: string): NonNullable<Other["document"]> =>
  (birthDate, sex) => ({ idType, idNumber: residentId(birthDate, 0, sex, area) });

/** People with each of the other documents, and names that are hard to write. */
export const others: readonly Other[] = [
  { name: "Ana Demo-Müller", age: 34, sex: "female", document: stating("passport", "DEMO00001") },
  { name: "John Sample", age: 46, sex: "male", document: stating("passport", "DEMO00002") },
  { name: "Zoë Example O’Brien", age: 27, sex: "female", document: stating("passport", "DEMO00003") },
  { name: "陈示华", age: 41, sex: "male", document: stating("hk-macao-permit", "H00000001") },
  { name: "何例莲", age: 29, sex: "female", document: stating("hk-macao-permit", "M00000002") },
  { name: "林样宏", age: 52, sex: "male", document: stating("taiwan-permit", "00000001") },
  { name: "黄演美", age: 36, sex: "female", document: telling("hmt-residence-permit", "810599") },
  { name: "许例信", age: 25, sex: "male", document: telling("hmt-residence-permit", "830599") },
  { name: "Example Satō", age: 44, sex: "male", document: telling("permanent-resident-id", "999599") },
  {
    name: "Sample Novák",
    age: 58,
    sex: "male",
    document: stating("permanent-resident-id", "DEM320500000001"),
  },
  { name: "阿依古丽·示例", age: 31, sex: "female" },
  { name: "欧阳样𠮷", age: 39, sex: "male" },
];
