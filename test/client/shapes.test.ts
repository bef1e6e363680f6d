import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { FieldShape, RowShape } from "../../provider/gitlab/answer/shape";
import type { GitLabClient } from "../../provider/gitlab/request/client";
import { ENDPOINTS, type Method } from "../../provider/gitlab/request/endpoints";
import { CANARY, refusalOf, TestServer } from "./server";

/** An answer of success. Every endpoint that is called gets each of those that it does not give. */
interface Body {
  readonly name: string;
  readonly text: string;
  readonly type?: string;
  readonly status?: number;
}

const JSON_TYPE = "application/json";
let current: Body = { name: "", text: "" };
let server: TestServer;
let client: GitLabClient;

beforeAll(async () => {
  server = await TestServer.start((_request, response) => {
    response.writeHead(current.status ?? 200, { "content-type": current.type ?? JSON_TYPE });
    response.end(current.text);
  });
  client = server.client();
});
afterAll(() => server.stop());

/** The least that passes for a field: what the table requires and no more. */
function valueOf(field: FieldShape): unknown {
  if (typeof field === "object") {
    if (field.optional) return null;
    return field.many ? [rowOf(field.row)] : rowOf(field.row);
  }
  if (field.endsWith("?")) return null;
  const values = {
    id: 7,
    number: 0,
    string: "7",
    date: "2026-01-01T00:00:00Z",
    boolean: false,
    list: [],
    object: {},
  };
  return values[field as keyof typeof values];
}

const rowOf = (shape: RowShape): Record<string, unknown> =>
  Object.fromEntries(Object.entries(shape).map(([name, field]) => [name, valueOf(field)]));

/** What a field of each kind is not. */
const WRONG: Readonly<Record<string, readonly unknown[]>> = {
  id: ["7", "1; DROP", 0, -1, 1.5, 1e21, true, [7], { id: 7 }],
  number: ["7", true, [], {}],
  string: [7, false, [], {}, ["x"]],
  boolean: ["true", 1, [], {}],
  list: ["x", 7, {}, { 0: {} }],
  object: ["x", 7, true, []],
  record: ["x", 7, true, [], [{}], {}],
  records: ["x", 7, true, {}, [null], [7], ["x"], [[]], [{}]],
};

function wrongFor(field: FieldShape): readonly unknown[] {
  if (typeof field === "string") {
    const wrong = WRONG[field.replace("?", "")] ?? [];
    return field.endsWith("?") ? wrong : [...wrong, null, undefined];
  }
  // A nested row in which nothing is required is well with an empty one.
  const empty = Object.values(field.row).every((one) => valueOf(one) === null);
  const wrong = WRONG[field.many ? "records" : "record"]!.filter(
    (value) => !empty || !["{}", "[{}]"].includes(JSON.stringify(value)),
  );
  return field.optional ? wrong : [...wrong, null, undefined];
}

/** A row for each field that is wrong: `["approval_rules.user_id", row]`, into the depth. */
function* flawed(shape: RowShape): Generator<readonly [string, Record<string, unknown>]> {
  const sound = rowOf(shape);
  for (const [name, field] of Object.entries(shape)) {
    for (const value of wrongFor(field)) yield [name, { ...sound, [name]: value }];
    if (typeof field === "string") continue;
    for (const [inner, row] of flawed(field.row))
      yield [`${name}.${inner}`, { ...sound, [name]: field.many ? [rowOf(field.row), row] : row }];
  }
}

const text = (name: string, value: unknown): Body => ({ name, text: JSON.stringify(value) });
const deep = (open: string, close: string): string => open.repeat(100_000) + close.repeat(100_000);

/** What no endpoint with a body answers. */
const NOWHERE: readonly Body[] = [
  ...[null, "all is well", "", 7, true].map((value) => text(JSON.stringify(value), value)),
  { name: "a number beyond all", text: "1e999" },
  { name: "nothing", text: "" },
  { name: "nothing, said so", text: "", status: 204 },
  { name: "lists in each other", text: deep("[", "]") },
  { name: "objects in each other", text: `${'{"id":'.repeat(100_000)}1${"}".repeat(100_000)}` },
  { name: "a prototype", text: '{"__proto__": {"id": 7, "name": "x"}}' },
  { name: "a page", text: "<html><title>Sign in</title></html>", type: "text/html" },
  { name: "a page called JSON", text: "<html><title>Sign in</title></html>" },
  { name: "JSON called a page", text: "{}", type: "text/html; charset=utf-8" },
  { name: "JSON called an image", text: "[]", type: "image/png" },
  { name: "half a list", text: '[{"id": 7, "name": "x"}' },
  { name: "half a record", text: '{"id": 7, "na' },
  { name: "a byte order mark and a half", text: "\ufeff{" },
  { name: "terminal controls", text: '"\u001b[2J\u202e"' },
  { name: "an echo of the token", text: JSON.stringify(CANARY) },
];

interface Row {
  readonly method: Method;
  readonly template: string;
  readonly row?: RowShape;
  readonly many: boolean;
}

const all: Row[] = Object.entries(ENDPOINTS).flatMap(([template, methods]) =>
  (Object.keys(methods) as Method[]).map((method) => {
    const { row, many = false } = methods[method] ?? {};
    return { method, template, many, ...(row && { row }) };
  }),
);

/** As code calls it: lists page by page. */
function ask({ method, template, many }: Row): Promise<unknown> {
  const path = { template, path: template.replaceAll(":", "7") };
  if (method === "POST") return client.post(path, {});
  if (method === "PUT") return client.put(path, {});
  if (method === "DELETE") return client.delete(path);
  return many ? client.list(path) : client.get(path);
}

/** One short line that begins with the endpoint, without a stack, a control character or the token. */
async function expectRefused(endpoint: Row, body: Body): Promise<string> {
  current = body;
  const { method, template } = endpoint;
  const error = await refusalOf(ask(endpoint)).catch((reason: unknown) => {
    throw new Error(`${method} ${template}, ${body.name}: ${body.text.slice(0, 300)}`, { cause: reason });
  });
  const { message, kind, stack } = error;
  expect(kind).toBe("bad-answer");
  expect(message.startsWith(`${method} ${client.baseUrl}${template.replaceAll(":", "7")}: the answer `)).toBe(
    true,
  );
  expect(message).not.toMatch(/[\p{Cc}\p{Cf}]|undefined|NaN|\.js:\d|TypeError|RangeError/u);
  expect(message).not.toContain(CANARY);
  expect(message.length).toBeLessThan(400);
  expect(stack).toBe("");
  return message;
}

const named = (rows: readonly Row[]) =>
  rows.map((row): [string, Row] => [`${row.method} ${row.template}`, row]);
const shaped = all.filter(({ row }) => row !== undefined);

describe.each(named(shaped))("an answer of %s", (_, endpoint) => {
  const { row = {}, many } = endpoint;
  const sound = rowOf(row);

  it("passes with what the table asks for and no more", async () => {
    current = text("sound", many ? [sound] : sound);
    expect(await ask(endpoint)).toEqual(many ? [sound] : sound);
  });

  it("is refused in one sentence where it is no record or list of records at all", async () => {
    const wrong = many
      ? [{}, sound, { 0: sound, length: 1 }, [null], [7], ["x"], [[]], [{}], [sound, {}], [[sound]]]
      : [{}, [], [sound], { data: sound }, { message: null }];
    for (const body of [...NOWHERE, ...wrong.map((value) => text("structure", value))])
      await expectRefused(endpoint, body);
  });

  it("is refused with the field named where one is of another kind, at any depth", async () => {
    let count = 0;
    for (const [field, bad] of flawed(row)) {
      const message = await expectRefused(endpoint, text(field, many ? [sound, bad] : bad));
      const said = /has no usable "([^"]+)"/.exec(message)?.[1] ?? "";
      // Of a row that is empty or none the first field in it is named.
      expect(`${said.replaceAll(/\[\d+\]/g, "")}.`).toContain(`${field}.`);
      count++;
    }
    expect(count).toBeGreaterThan(0);
  });

  it("is not taken for more than it is where it is large", async () => {
    const filler = "x".repeat(1_000_000);
    const large = { ...sound, filler };
    current = text("large", many ? [large] : large);
    await ask(endpoint);
    const [, wrong] = [...flawed(row)][0] ?? ["", {}];
    const bad = { ...large, ...wrong };
    await expectRefused(endpoint, text("large", many ? [bad] : bad));
  });
});

it.each(named(all.filter(({ row }) => row === undefined)))(
  "what is no JSON is refused in an answer of %s, of which nothing else is looked at",
  async (_, endpoint) => {
    for (const body of NOWHERE.filter(({ name }) => /page|image|half|in each other/.test(name)))
      await expectRefused(endpoint, body);
    for (const body of NOWHERE.filter(({ name }) => /^(null|7|true|"|nothing)/.test(name))) {
      current = body;
      await ask(endpoint);
    }
  },
);

it("only what a removal answers is not looked at", () => {
  const free = all.filter(({ row }) => row === undefined);
  expect(free.map(({ method }) => method)).toEqual(free.map(() => "DELETE"));
  expect(shaped.length).toBeGreaterThan(50);
});
