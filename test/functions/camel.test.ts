import { expect, it } from "vitest";

import { camelCased, camelKey, snakeKey } from "../../provider/functions/camel";

it("renames keys at any depth, in lists too, and leaves values alone", () => {
  const wire = {
    last_deployment: { created_at: "2026_01_01", user: null },
    tag_list: ["a_b"],
    rows: [{ web_url: 1 }],
  };
  expect(camelCased(wire)).toEqual({
    lastDeployment: { createdAt: "2026_01_01", user: null },
    tagList: ["a_b"],
    rows: [{ webUrl: 1 }],
  });
});

it("keeps the keys of objects that people write", () => {
  const commit = {
    short_id: "a",
    trailers: { signed_off_by: "x", "Signed-off-by": "y" },
    extended_trailers: { a_b: ["z"] },
  };
  expect(camelCased(commit)).toEqual({
    shortId: "a",
    trailers: { signed_off_by: "x", "Signed-off-by": "y" },
    extendedTrailers: { a_b: ["z"] },
  });
});

it("drops __proto__, also among keys that people write", () => {
  const wire: unknown = JSON.parse(
    '{"id": 1, "__proto__": {"polluted": true}, "trailers": {"__proto__": {"polluted": true}, "a_b": "c"}}',
  );
  const result = camelCased(wire) as { id: number; trailers: object; polluted?: boolean };
  expect(result.polluted).toBeUndefined();
  expect(Object.keys(result)).toEqual(["id", "trailers"]);
  expect(Object.keys(result.trailers)).toEqual(["a_b"]);
  expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
});

it.each([
  ["auto_stop_at", "autoStopAt"],
  ["id", "id"],
  ["_links", "_links"],
  ["ci_job_token_scope_enabled", "ciJobTokenScopeEnabled"],
  ["ipv4_address", "ipv4Address"],
])("%s becomes %s", (wire, ours) => expect(camelKey(wire)).toBe(ours));

it("turns filter names back into GitLab's", () => {
  expect(["yamlErrors", "updatedAfter", "in", "approvedByIds"].map(snakeKey)).toEqual([
    "yaml_errors",
    "updated_after",
    "in",
    "approved_by_ids",
  ]);
});
