import { describe, expect, it } from "vitest";
import { draftAdoption } from "../../../src/operations/adoption/draft-adoption.ts";
import { orgApp } from "./sample-org-app.ts";
import { hints, writeAdoption } from "./write-adoption.ts";

const group = (id: string, name: string | undefined, isMeantByName = true) => ({ id, name, isMeantByName });
describe("people and groups", () => {
  it("that a spec can't name are left as they are, and told", () => {
    const account = (id: string) => ({ id, status: "ACTIVE", scope: "USER", credentials: { userName: id } });
    const person = (id: string, status: string, login: string) => ({ id, status, profile: { login } });
    const { spec, notes, issues } = writeAdoption(
      orgApp({
        groups: [
          { assignment: { id: "00gOne" }, group: group("00gOne", "Sales", false) },
          { assignment: { id: "00gTwo" }, group: group("00gTwo", undefined) },
          { assignment: { id: "00gThree", profile: { unlisted: "x" } }, group: group("00gThree", "Staff") },
          { assignment: { id: "00gFour", priority: 3 }, group: group("00gFour", "Finance") },
          { assignment: { id: "00gFive", priority: 3 }, group: group("00gFive", "Legal") },
        ],
        people: [
          { account: account("00uOne"), person: person("00uOne", "DEPROVISIONED", "gone@example.com") },
          { account: account("00uTwo"), person: undefined },
          {
            account: { ...account("00uThree"), profile: { floor: 3 } },
            person: person("00uThree", "SUSPENDED", "ada@example.com"),
          },
        ],
      }),
    );
    expect(issues).toBe("none");
    expect(spec?.assignments).toEqual({
      groups: [{ group: "Finance", priority: 3 }, { group: "Legal" }],
      users: [{ login: "ada@example.com", userName: "00uThree" }],
    });
    expect(notes.filter((note) => note.startsWith("Left"))).toEqual([
      'Left as it is: The assignment of the group "Sales" is not in the file: Okta has another group of the same name, "Sales". It stays in Okta as it is.',
      'Left as it is: The assignment of the group "00gTwo" is not in the file: the group 00gTwo is gone. It stays in Okta as it is.',
      'Left as it is: The assignment of the group "Staff" is not in the file: its profile sets attributes that the file does not list ("unlisted"). It stays in Okta as it is.',
      'Left as it is: 2 assignments by name of people who are deactivated or gone in Okta, or whose login no spec can say: "gone@example.com", "00uTwo". Not in the file, and left as they are.',
      'Left as it is: Some of the people assigned by name have values of their own, which no mapping makes: "floor". A spec does not say them, and updates leave them.',
    ]);
  });

  it("of which one is pushed and assigns are acknowledged, and a push in error is told", () => {
    const { spec, notes, issues } = writeAdoption(
      orgApp({
        groups: [{ assignment: { id: "00gOne1", priority: 0 }, group: group("00gOne1", "Sales") }],
        pushGroups: [
          {
            mapping: {
              id: "gPmPush1",
              sourceGroupId: "00gOne1",
              targetGroupId: "00gTarget1",
              status: "ERROR",
              errorSummary: "no answer",
            },
            source: group("00gOne1", "Sales"),
            target: group("00gTarget1", "sellers"),
          },
        ],
      }),
    );
    expect(issues).toBe("none");
    expect(spec?.pushGroups[0]).toMatchObject({ group: "Sales", target: "sellers", targetId: "00gTarget1" });
    expect(spec?.acknowledgements[0]).toMatchObject({ kind: "pushed-and-assigned", group: "Sales" });
    expect(notes).toContainEqual(expect.stringMatching(/^To do: .*state ERROR \(no answer\)/));
  });
});

describe("what the takeover would take away", () => {
  it("is told, and no credential gets into the file", () => {
    const signOn = {
      ssoAcsUrl: "https://a.example.com/acs",
      audience: "urn:a",
      slo: { enabled: true },
      responseSigned: true,
      assertionSigned: true,
    };
    const saml = writeAdoption(
      orgApp({}, { name: "example_payroll_1", signOnMode: "SAML_2_0", settings: { signOn } }),
    );
    expect(saml.notes[0]).toMatch(/^Would be lost: .*single logout/);
    expect(saml.spec?.app.catalogName).toBeUndefined();
    const settings = { app: { domain: "example.com", apiToken: "s3cret-s3cret" } };
    const aws = writeAdoption(orgApp({}, { settings }));
    expect(aws.text).not.toContain("s3cret");
    expect(aws.notes[0]).toContain("may hold credentials (apiToken)");
    const spaced = writeAdoption(orgApp({}, { label: "Payroll " }));
    expect(spaced.notes[0]).toBe(
      "Would be lost: Okta has spaces around app.label, which a spec has not. The takeover takes them off.",
    );
    const long = writeAdoption(orgApp({}, { settings: { notes: { admin: "x".repeat(1001) } } }));
    expect(long.issues).toBe("none");
    expect(long.notes[0]).toMatch(/^Would be lost: Okta has something in app.notes.admin/);
  });

  it.each(["BOOKMARK", "OPENID_CONNECT", "SAML_1_1"])(
    "an app that signs on by %s is no spec",
    (signOnMode) => {
      expect(() => draftAdoption(orgApp({}, { signOnMode }), hints)).toThrow(
        expect.objectContaining({
          code: "ADOPT_SIGN_ON_UNSUPPORTED",
          message: expect.stringContaining(signOnMode),
        }),
      );
    },
  );
});
