import { afterAll, describe, expect, test } from "vitest";
import { createOrgCaller, field } from "./call-org.ts";
import { startOrg } from "./start-org.ts";

/**
 * Credentials of people as recordings of the official provider's acceptance tests show them (User_updateCredentials,
 * User_hashed_password_crud), and what Okta's documentation says where no recording goes.
 */
const org = await startOrg();
const call = createOrgCaller(org);
afterAll(() => org.stop());

/** Creates somebody with the given credentials; `query` is that of the creation. */
async function create(login: string, credentials: object, query = "") {
  const profile = { email: login, firstName: "TestAcc", lastName: "Smith", login, postalAddress: null };
  return call("POST", `/api/v1/users${query}`, { credentials, profile });
}

const OKTA = { type: "OKTA", name: "OKTA" };

describe("a password and a recovery question (User_updateCredentials)", () => {
  test("are shown without their secrets, changed with the password, and the person has links for them", async () => {
    const question = { question: "What is the answer to life?", answer: "Forty Two" };
    const created = await create("credentials@example.com", {
      password: { value: "Abcd1234" },
      recovery_question: question,
    });
    expect(created).toMatchObject({
      status: 200,
      body: {
        status: "ACTIVE",
        credentials: { password: {}, recovery_question: { question: question.question }, provider: OKTA },
      },
    });
    expect(JSON.stringify(created.body)).not.toContain("Forty Two");
    expect(Object.keys(field(created.body, "_links") ?? {})).toEqual([
      "suspend",
      "schema",
      "resetPassword",
      "forgotPassword",
      "expirePassword",
      "changeRecoveryQuestion",
      "self",
      "resetFactors",
      "type",
      "changePassword",
      "deactivate",
    ]);
    const home = `/api/v1/users/${String(created.body["id"])}`;
    expect(field(created.body, "_links", "changePassword")).toEqual({
      href: `${org.url}${home}/credentials/change_password`,
      method: "POST",
    });
    // The provider sets a password without an old one by PUT, and without a profile.
    const put = await call("PUT", home, { credentials: { password: { value: "SuperSecret007" } } });
    expect(put).toMatchObject({ status: 200, body: { profile: { lastName: "Smith" } } });
    expect(
      await call("POST", `${home}/credentials/change_password`, {
        newPassword: { value: "Super#Secret@007" },
        oldPassword: { value: "SuperSecret007" },
      }),
    ).toMatchObject({
      status: 200,
      body: { password: {}, recovery_question: { question: question.question }, provider: OKTA },
    });
    const asked = await call("POST", `${home}/credentials/change_recovery_question`, {
      password: { value: "Super#Secret@007" },
      recovery_question: { answer: "0010", question: "0011 & 1010" },
    });
    expect(asked).toMatchObject({
      status: 200,
      body: { password: {}, recovery_question: { question: "0011 & 1010" }, provider: OKTA },
    });
    expect((await call("GET", home)).body).toMatchObject({
      credentials: { recovery_question: { question: "0011 & 1010" } },
    });
  });

  test("are not changed by who does not know them", async () => {
    const { body } = await create("careful@example.com", { password: { value: "Abcd1234" } });
    const home = `/api/v1/users/${String(body["id"])}/credentials`;
    const wrong = { value: "Wrong1234" };
    expect(
      await call("POST", `${home}/change_password`, { oldPassword: wrong, newPassword: wrong }),
    ).toMatchObject({
      status: 403,
      body: {
        errorCode: "E0000014",
        errorSummary: "Update of credentials failed",
        errorCauses: [{ errorSummary: "Old Password is not correct" }],
      },
    });
    expect(
      await call("POST", `${home}/change_recovery_question`, {
        password: wrong,
        recovery_question: { question: "Who?", answer: "Nobody" },
      }),
    ).toMatchObject({ status: 403, body: { errorCode: "E0000014" } });
    expect(await call("POST", `${home}/forgot_password?sendEmail=false`)).toMatchObject({
      status: 403,
      body: { errorCode: "E0000034" },
    });
  });
});

describe("passwords of the policy", () => {
  test("one too weak is refused on creation and on change", async () => {
    const cause = expect.stringMatching(
      /^(password: )?Password requirements were not met\. .*at least 8 char/,
    );
    expect(await create("weak@example.com", { password: { value: "abcd1234" } })).toMatchObject({
      status: 400,
      body: {
        errorCode: "E0000001",
        errorSummary: "Api validation failed: password",
        errorCauses: [{ errorSummary: cause }],
      },
    });
    const { body } = await create("strong@example.com", { password: { value: "Abcd1234" } });
    const change = { oldPassword: { value: "Abcd1234" }, newPassword: { value: "Strong1234" } };
    expect(
      await call("POST", `/api/v1/users/${String(body["id"])}/credentials/change_password`, change),
    ).toMatchObject({ status: 403, body: { errorCode: "E0000080", errorCauses: [{ errorSummary: cause }] } });
  });

  test("nextLogin=changePassword begins with an expired one", async () => {
    const { body } = await create(
      "next@example.com",
      { password: { value: "Abcd1234" } },
      "?activate=true&nextLogin=changePassword",
    );
    expect(body["status"]).toBe("PASSWORD_EXPIRED");
  });

  test("reset: the person recovers, by a link that is answered when no mail is wanted", async () => {
    const { body } = await create("reset@example.com", { password: { value: "Abcd1234" } });
    const home = `/api/v1/users/${String(body["id"])}`;
    const reset = await call("POST", `${home}/lifecycle/reset_password?sendEmail=false`);
    expect(reset).toMatchObject({ status: 200, body: { resetPasswordUrl: expect.stringMatching(/^http/) } });
    expect((await call("GET", home)).body["status"]).toBe("RECOVERY");
    await call("PUT", home, { credentials: { password: { value: "Other1234" } } });
    expect((await call("GET", home)).body["status"]).toBe("ACTIVE");
  });
});

test("a hash from elsewhere makes its owner somebody imported (User_hashed_password_crud)", async () => {
  const hash = { algorithm: "SHA-512", salt: "TXlTYWx0", saltOrder: "PREFIX", value: "QrozP8a" };
  const { body } = await create("hashed@example.com", { password: { hash } }, "?activate=false");
  expect(body).toMatchObject({
    status: "STAGED",
    activated: null,
    statusChanged: expect.any(String),
    passwordChanged: expect.any(String),
    credentials: { password: {}, provider: { type: "IMPORT", name: "IMPORT" } },
  });
  expect(Object.keys(field(body, "_links") ?? {})).toEqual(["schema", "activate", "self", "type"]);
  const updated = await call("PUT", `/api/v1/users/${String(body["id"])}`, {
    credentials: { password: { hash: { algorithm: "BCRYPT", workFactor: 10, salt: "rw", value: "QSS" } } },
    profile: body["profile"],
    type: body["type"],
  });
  expect(updated).toMatchObject({
    status: 200,
    body: { status: "STAGED", credentials: { provider: { type: "IMPORT", name: "IMPORT" } } },
  });
});

test("another organization checks the password of people who have its provider", async () => {
  const provider = { type: "FEDERATION", name: "Partner" };
  const { body } = await create("partner@example.com", { provider }, "?provider=true");
  expect(body).toMatchObject({ status: "ACTIVE", passwordChanged: null, credentials: { provider } });
  expect(await create("agent@example.com", { provider: { type: "LDAP", name: "x" } })).toMatchObject({
    status: 501,
  });
});

test("okta-response leaves out what a client does not want", async () => {
  const { body } = await create("short@example.com", { password: { value: "Abcd1234" } });
  const answer = await fetch(`${org.url}/api/v1/users/${String(body["id"])}`, {
    headers: {
      authorization: `SSWS ${org.token}`,
      accept: "application/json",
      "content-type": "application/json; okta-response=omitCredentials,omitCredentialsLinks",
    },
  });
  const shown: Record<string, object> = JSON.parse(await answer.text());
  expect(shown["credentials"]).toBeUndefined();
  expect(Object.keys(shown["_links"] ?? {})).toEqual(["suspend", "schema", "self", "type", "deactivate"]);
});
