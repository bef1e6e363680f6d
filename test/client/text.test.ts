import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { redactor } from "../../provider/text/redact";
import { clean, escapeHtml, escapeMarkdown, printable } from "../../provider/text/show";

const SECRET = `c4n"ary<b>&'s3cret+/=%\\value`;
const html = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
const named = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
const json = (text: string): string => JSON.stringify(text).slice(1, -1);
const unicode = (text: string): string =>
  [...text].map((character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
const form = (text: string): string => new URLSearchParams({ v: text }).toString().slice(2);
const inside = (between: string) => (text: string) => [...text].join(between);

const spellings: Record<string, (text: string) => string> = {
  plain: (text) => text,
  "HTML numbers": html,
  "HTML names": named,
  "a URL": encodeURIComponent,
  "a form": form,
  "lower-case percent": (text) => encodeURIComponent(text).toLowerCase(),
  JSON: json,
  "JSON in JSON": (text) => json(json(text)),
  "JSON with unicode escapes": unicode,
  "HTML in JSON": (text) => json(named(text)),
  "JSON in HTML": (text) => named(json(text)),
  "a URL in HTML": (text) => html(encodeURIComponent(text)),
  base64: (text) => Buffer.from(text).toString("base64").replace(/=+$/, ""),
  "zero-width characters": inside("\u200b"),
  "soft hyphens": inside("\u00ad"),
  tags: (text) => [...text].map(named).join("</b><b>"),
  "line breaks": inside("\n"),
  colours: inside("\u001b[31m"),
  capitals: (text) => text.toUpperCase(),
};

describe("a secret", () => {
  const redact = redactor([["value of PASSWORD", SECRET]]);

  it.each(Object.entries(spellings))("is taken out of words that spell it as %s", (_, spell) => {
    const shown = redact(`The variable ${spell(SECRET)} is refused, ${spell(SECRET)}.`);
    expect(shown).toBe("The variable [value of PASSWORD] is refused, [value of PASSWORD].");
  });

  it("is found in any spelling of any value, and nothing of it is left after cleaning", () => {
    // A value as people choose them: no blanks at its ends, which nobody could find again.
    const value = fc.string({
      minLength: 8,
      maxLength: 60,
      unit: fc.constantFrom(...'abcXYZ0189-_.:/+="<>&%\\'),
    });
    fc.assert(
      fc.property(value, fc.constantFrom(...Object.keys(spellings)), (secret, spelling) => {
        fc.pre(
          /^[\w.:/-].*[^+]$/.test(secret) && secret.replace(/[+\s]/g, "").length >= 8 && /\w{3}/.test(secret),
        );
        const spelled = spellings[spelling]?.(secret) ?? "";
        const shown = printable(`#${spelled}#`, redactor([["S", secret]]));
        expect(shown).toContain("[S]");
        expect(shown.replace("[S]", "").length).toBeLessThan(secret.length);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ["…", `env: ${SECRET.slice(0, 9)}…`, "env: [value of PASSWORD]…"],
    ["...", `env: ${SECRET.slice(0, 9)}... is wrong`, "env: [value of PASSWORD]... is wrong"],
    ["a quote", `env: '${SECRET.slice(0, 14)}' is wrong`, "env: '[value of PASSWORD]' is wrong"],
    ["the end", `env: ${SECRET.slice(0, 14)}`, "env: [value of PASSWORD]"],
    ["its beginning", `…${SECRET.slice(9)} is wrong`, "…[value of PASSWORD] is wrong"],
  ])("is taken out where it is cut at %s", (_, words, shown) => {
    expect(redact(words)).toBe(shown);
  });

  it("is found where a part of it looks like a tag", () => {
    const tagged = redactor([["S", "a<a\\aaaaa>aa"]]);
    expect(tagged('{"v":"a<a\\\\aaaaa>aa"}')).toBe('{"v":"[S]"}');
    expect(tagged("a&lt;a\\aaaaa&gt;aa")).toBe("[S]");
  });

  it.each([
    ["a sign that may be a blank, amid an escape", 'a%+0aa"aaaaa', "JSON in HTML"],
    ["what looks like a tag once HTML is resolved", 'a<blt;41b8;">+<b', "JSON in HTML"],
    ["HTML that becomes a tag", "b%&lt;amp;amp;%\\>", "JSON in JSON"],
    ["runs of backslashes and signs that may be blanks", 'bba+"b+\\+\\b+ab"ab', "JSON in HTML"],
    ["the same, parted", 'ab\\bba"+ab\\++\\bb"\\b', "JSON in HTML"],
    ["HTML within HTML, and a tag", "2bamp;%%4125<blt;n&amp;amp;>", "HTML names"],
  ])("is found where it holds %s: %s as %s", (_, secret, spelling) => {
    expect(redactor([["S", secret]])(`#${spellings[spelling]?.(secret)}#`)).toBe("#[S]#");
  });

  it("of several lines is found line by line", () => {
    const key = redactor([["KEY", "-----BEGIN KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQEF\n-----END KEY-----"]]);
    expect(key("bad: MIIEvQIBADANBg / kqhkiG9w0BAQEF")).toBe("bad: [KEY] / [KEY]");
  });

  const ADDRESS =
    "https://deploy:p4ss@shop.internal.example:8443/hook/5f3a9c1b7d2e/x?key=k3y1&mode=production#end";

  it.each([
    ["the sign-in", "deploy:p4ss", "[part of A]"],
    ["the password", "'p4ss'", "'[part of A]'"],
    ["the password in HTML", "&#112;4ss", "[part of A]"],
    [
      "the sign-in of a Basic header",
      `Basic ${Buffer.from("deploy:p4ss").toString("base64")}`,
      "Basic [part of A]=",
    ],
    ["the host", "shop.internal.example", "[part of A]"],
    ["the host in capitals, with a port", "SHOP.INTERNAL.example:443", "[part of A]:443"],
    ["a token in the path", "/hook/5f3a9c1b7d2e", "/hook/[part of A]"],
    ["a key of the query", "key=k3y1", "key=[part of A]"],
    ["all of it", ADDRESS, "[A]"],
    ["nothing", "deploy /hook: shop, internal, example, 8443", "deploy /hook: shop, internal, example, 8443"],
  ])("that is an address is found where only a part of it is told: %s", (_, told, shown) => {
    expect(redactor([["A", ADDRESS]])(`${told} is refused`)).toBe(`${shown} is refused`);
  });

  it.each([
    ["a header", "Bearer eyJhbGciOiJIUzI1NiJ9", "eyJhbGciOiJIUzI1NiJ9"],
    ["a line of settings", "MODE=blue\nDB_PASSWORD=c0rrect-horse-battery", "c0rrect-horse-battery"],
    ["JSON", '{"user":"deploy","private_key":"MIIEvQ1BADANBg"}', "MIIEvQ1BADANBg"],
    ["an address in a text", "see https://shop.example/ for more", "shop.example"],
    ["a database", "postgres://app:s3cr@db.example:5432/app", "s3cr"],
    ["an address with a token alone", "https://t0ken@example.com", "t0ken"],
  ])("of several parts is found by what is secret in it: %s", (_, value, part) => {
    expect(redactor([["V", value]])(`bad: "${part}"`)).toBe('bad: "[part of V]"');
  });

  it("does not hide the words of which it is made", () => {
    const redact = redactor([
      ["D", "Deployed to production by release-bot, mode=blue, https://staging/x?ref=main"],
    ]);
    const words = "production is protected; release-bot may not deploy main to staging; blue is no mode";
    expect(redact(words)).toBe(words);
  });

  it("is redacted before the text is cut, so no part of it shows at the end", () => {
    for (let before = 470; before < 505; before++) {
      const shown = printable("x".repeat(before) + SECRET + "y".repeat(600), redact);
      expect(shown).not.toContain(SECRET.slice(0, 3));
      expect(shown.length).toBeLessThanOrEqual(500);
    }
  });

  it("leaves other words alone", () => {
    const words = "Reference not found; name can't be blank. 100 % of <b>main</b> & more…";
    expect(redact(words)).toBe(words);
    expect(redactor([])(words)).toBe(words);
    expect(redactor([["S", "abc"]])("abc abc")).toBe("abc abc");
  });

  it("is looked for in time that grows with the text, whatever the text", () => {
    const units = ["<", "&", "%", "%41", "\\u", "&#", "<a ", "c4n", "…", "\u001b["];
    for (const unit of units) {
      const shown = redact(unit.repeat(Math.floor(200_000 / unit.length)));
      expect(shown.length).toBeGreaterThan(0);
    }
  });
});

describe("other people's text", () => {
  it("comes to a terminal as one line without anything it would act on", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(clean(`${text}\u001b]0;title\u0007\u202e\u0085`)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}]/u);
      }),
    );
  });

  it("comes into HTML and Markdown as text", () => {
    expect(escapeHtml(`<img src=x onerror="a('b')">&`)).toBe(
      "&lt;img src=x onerror=&quot;a(&#39;b&#39;)&quot;&gt;&amp;",
    );
    expect(escapeHtml(["<b>"])).toBe("&lt;b&gt;");
    expect(escapeMarkdown("@dana [x](https://evil.example) www.evil.example")).toBe(
      "\\@dana \\[x\\]\\(https:\u200b//evil.example\\) www\u200b.evil.example",
    );
  });
});
