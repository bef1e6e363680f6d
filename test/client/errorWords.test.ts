import { describe, expect, it } from "vitest";
import { readErrorBody } from "../../provider/gitlab/answer/errorBody";
import { CANARY } from "./server";

const read = (body: unknown): ReturnType<typeof readErrorBody>["details"] =>
  readErrorBody(typeof body === "string" ? body : JSON.stringify(body), (text) => text).details;

describe("GitLab's own words are read from", () => {
  it.each<[string, unknown, string[], Record<string, string[]>]>([
    ["a sentence", { message: "404 Project Not Found" }, ["404 Project Not Found"], {}],
    [
      "fields",
      { message: { name: ["has already been taken"], slug: ["has already been taken"] } },
      ["name has already been taken", "slug has already been taken"],
      { name: ["has already been taken"], slug: ["has already been taken"] },
    ],
    [
      "fields with whole sentences",
      { message: { ref: ["The branch or tag does not exist"] } },
      ["ref: The branch or tag does not exist"],
      { ref: ["The branch or tag does not exist"] },
    ],
    ["the pseudo-field base", { message: { base: ["Reference not found"] } }, ["Reference not found"], {}],
    ["a list", { message: ["Deploy access levels is too short"] }, ["Deploy access levels is too short"], {}],
    ["error", { error: "name is missing, slug is invalid" }, ["name is missing, slug is invalid"], {}],
    [
      "error with its description",
      {
        error: "insufficient_scope",
        error_description: "The request requires higher privileges.",
        scope: "api",
      },
      ["insufficient_scope", "The request requires higher privileges."],
      {},
    ],
    ["a nested error", { message: { error: "Try again later." } }, ["Try again later."], {}],
    [
      "a nested message beside records",
      {
        message: {
          scheduled_entries: [],
          unprocessable_entries: [{ id: 1, name: "x" }],
          message: "No environments",
        },
      },
      ["No environments"],
      {},
    ],
    ["plain text", "Retry later\n", ["Retry later"], {}],
    [
      "an HTML page",
      "<html><head><title>502 Bad\nGateway</title></head><body>long</body>",
      ["502 Bad Gateway"],
      {},
    ],
    ["an HTML page without a title", "<!doctype html><p>x", ["an HTML page"], {}],
    ["nothing", "", [], {}],
    ["null", "null", ["null"], {}],
    [
      "control characters",
      { message: "\u001b[31mred\u001b[0m\u0007 \u202eevil\r\nline" },
      ["red evil line"],
      {},
    ],
  ])("%s", (_, body, sentences, fields) => {
    const { records: _records, ...words } = read(body);
    expect(words).toEqual({ sentences, fields });
  });

  it("records only by their number: what is in them is the server's", () => {
    const { records } = read({
      message: { scheduled_entries: [], unprocessable_entries: [{ name: CANARY }] },
    });
    expect(records).toEqual({ scheduled_entries: 0, unprocessable_entries: 1 });
  });

  it("bodies that are too deep, too long or too many, within bounds", () => {
    const deep = "[".repeat(50_000) + "]".repeat(50_000);
    expect(read(`{"message":${deep}}`).sentences).toEqual([]);
    expect(read({ message: "x".repeat(100_000) }).sentences[0]).toHaveLength(500);
    expect(
      read({ message: Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`k${i}`, ["bad"]])) })
        .sentences,
    ).toHaveLength(20);
  });

  it("fields called __proto__ without touching any prototype", () => {
    const { fields } = read('{"message":{"__proto__":{"polluted":["yes"]},"constructor":["no"]}}');
    expect(Object.keys(fields).sort()).toEqual(["__proto__.polluted", "constructor"]);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });
});
