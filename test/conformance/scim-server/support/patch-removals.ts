import { add, both, home, hr, managed, type Rule, remove, rule, work } from "./patch-rules.ts";
import { enterprise } from "./running-server.ts";

/** RFC 7644 section 3.5.2.2. */
export const removals: readonly Rule[] = [
  rule("by a filter removes what it finds", both, remove('emails[type eq "work"]'), { emails: [home] }),
  rule("by a filter that finds nothing changes nothing", both, remove('emails[type eq "other"]'), both),
  rule("of the last value unassigns the list", { emails: [home] }, remove("emails[value pr]"), {}),
  rule(
    "of listed values removes those alone",
    { emails: [work, home, { value: "c@x.example" }] },
    {
      op: "remove",
      path: "emails",
      value: [{ value: "A@X.example" }, { value: "b@x.example", type: "work" }, { value: "none" }],
    },
    {
      emails: [home, { value: "c@x.example" }],
    },
  ),
  rule(
    "of one listed text",
    { [hr]: { badges: ["x", "y"] } },
    { op: "remove", path: `${hr}:badges`, value: "Y" },
    { [hr]: { badges: ["x"] } },
  ),
  rule("of an empty list of values removes nothing", both, { op: "remove", path: "emails", value: [] }, both),
  rule("with null as value removes all", both, { op: "remove", path: "emails", value: null }, {}),
  rule("of a part by a filter", both, remove('emails[type eq "work"].primary'), {
    emails: [{ value: "a@x.example", type: "work" }, home],
  }),
  rule("of a part in all values", both, remove("emails.type"), {
    emails: [{ value: "a@x.example", primary: true }, { value: "b@x.example" }],
  }),
  rule(
    "of a value's last part removes the value",
    { emails: [{ value: "a" }, home] },
    remove("emails[type eq null].value"),
    { emails: [home] },
  ),
  rule("of a part of one value", { name: { givenName: "G", familyName: "F" } }, remove("name.givenName"), {
    name: { familyName: "F" },
  }),
  rule("of the last part unassigns the whole", { name: { givenName: "G" } }, remove("name.givenName"), {}),
  rule(
    "of what is not there changes nothing",
    { title: "t" },
    [
      remove("nickName"),
      remove("name.givenName"),
      remove("emails.value"),
      remove("emails"),
      remove(enterprise),
      remove(`${enterprise}:manager.value`),
    ],
    { title: "t" },
  ),
  rule(
    "of a single value takes no notice of `value`",
    { title: "t" },
    { op: "remove", path: "title", value: "u" },
    {},
  ),
  rule("of an extension", { title: "t", ...managed("m") }, remove(enterprise), { title: "t" }),
  rule(
    "of an extension, after which it may come again",
    managed("m"),
    [remove(enterprise), add(`${enterprise}:costCenter`, "7")],
    { [enterprise]: { costCenter: "7" } },
  ),
  rule(
    "by a filter takes no notice of `value`",
    both,
    { ...remove('emails[type eq "work"]'), value: [home] },
    {
      emails: [home],
    },
  ),
  rule(
    "of a part takes no notice of `value`",
    { emails: [home] },
    { ...remove("emails.type"), value: "x" },
    {
      emails: [{ value: "b@x.example" }],
    },
  ),
  rule("of listed nothing removes nothing", both, { op: "remove", path: "emails", value: [null, {}] }, both),
  rule(
    "by order of texts",
    { [hr]: { badges: ["a", "b", "c"] } },
    remove(`${hr}:badges[value lt "b" or value ge "c"]`),
    {
      [hr]: { badges: ["b"] },
    },
  ),
];
