import { randomInt } from "node:crypto";

/** Digits in the order SQLite compares them, so that ids sort by the time they were made. */
const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** Prefixes of Okta's ids. */
export type IdPrefix =
  | "00u"
  | "00g"
  | "0oa"
  | "0pr"
  | "oty"
  | "osc"
  | "prm"
  | "gPm"
  | "rst"
  | "00p"
  | "00o"
  | "00T"
  | "tsk"
  | "ra1"
  | "gra"
  | "ocs"
  | "pks"
  | "oag"
  | "rul"
  | "aln"
  | "nzo"
  | "tos"
  | "who"
  | "cal";

let lastMoment = 0;
let counter = 0;

/** A new 20-character id in the shape of Okta's. Ids of one process sort in the order in which they were made. */
export function newId(prefix: IdPrefix): string {
  const moment = Math.max(Date.now(), lastMoment);
  counter = moment === lastMoment ? counter + 1 : 0;
  lastMoment = moment;
  return `${prefix}${toBase62(moment, 7)}${toBase62(counter, 4)}${randomBase62(3)}5d7`;
}

/** Random characters of Okta's id alphabet. */
export function randomBase62(length: number): string {
  let text = "";
  for (let index = 0; index < length; index++) text += BASE62.charAt(randomInt(62));
  return text;
}

function toBase62(value: number, length: number): string {
  let rest = value;
  let text = "";
  for (let index = 0; index < length; index++) {
    text = BASE62.charAt(rest % 62) + text;
    rest = Math.floor(rest / 62);
  }
  return text;
}
