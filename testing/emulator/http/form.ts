export type Raw = Record<string, unknown>;

/** A record without a prototype, so that a parameter may be called anything. */
export function record(): Raw {
  return Object.create(null) as Raw;
}

export function isRecord(value: unknown): value is Raw {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Rails' nested names: `a[b]=1`, `a[]=1`, and `a[][b]=1`, where a key seen before starts the next element. */
export function nest(pairs: Iterable<readonly [string, string]>): Raw {
  const root = record();
  for (const [name, value] of pairs) {
    const head = /^[^[]*/.exec(name)?.[0] ?? name;
    const rest = [...name.slice(head.length).matchAll(/\[([^\]]*)\]/g)].map((match) => match[1] ?? "");
    put(root, head, rest, value);
  }
  return root;
}

function put(target: Raw, key: string, rest: readonly string[], value: string): void {
  const [next, ...further] = rest;
  if (next === undefined) {
    target[key] = value;
  } else if (next === "") {
    const list = (Array.isArray(target[key]) ? target[key] : []) as unknown[];
    target[key] = list;
    append(list, further, value);
  } else {
    const inner = isRecord(target[key]) ? target[key] : record();
    target[key] = inner;
    put(inner, next, further, value);
  }
}

function append(list: unknown[], rest: readonly string[], value: string): void {
  const [key, ...further] = rest;
  if (key === undefined) {
    list.push(value);
    return;
  }
  let last = list.at(-1);
  if (!isRecord(last) || (key in last && further.length === 0)) {
    last = record();
    list.push(last);
  }
  put(last as Raw, key, further, value);
}

/** The reverse of `nest`, as Rails writes query strings. */
export function flatten(params: Raw, prefix = ""): [string, string][] {
  return Object.entries(params).flatMap(([key, value]): [string, string][] => {
    const name = prefix === "" ? key : `${prefix}[${key}]`;
    if (Array.isArray(value)) return value.map((each) => [`${name}[]`, String(each)]);
    return isRecord(value) ? flatten(value, name) : [[name, String(value)]];
  });
}
