import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { command } from "./command";
import { startEstate } from "./estate";

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(
  existsSync,
);
const WIDTHS = [360, 768, 1280];
/** Set to a folder to look at the page. */
const SHOTS = process.env["MATRIX_SCREENSHOTS"];

// Scripts for the page; as text, because what runs there is not checked against Node's globals.
const BACKGROUND = "getComputedStyle(document.body).backgroundColor";
const FOCUSED = "document.activeElement.textContent.trim()";
/** Every element with text of its own below https://www.w3.org/TR/WCAG22/#contrast-minimum. */
const POOR_CONTRAST = `(() => {
  const parse = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
  const channel = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const background = (element) => {
    if (element === null) return [255, 255, 255];
    const colour = parse(getComputedStyle(element).backgroundColor);
    return colour.length === 3 || colour[3] === 1 ? colour : background(element.parentElement);
  };
  return [...document.querySelectorAll("body *:not(script):not(style):not(option)")]
    .filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()))
    .flatMap((element) => {
      const [a, b] = [luminance(parse(getComputedStyle(element).color)), luminance(background(element))];
      const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      return ratio < 4.5 ? [element.tagName + "." + element.className + ": " + ratio.toFixed(2)] : [];
    });
})()`;

// Only where a browser is installed; elsewhere these tests are skipped by name.
describe.skipIf(CHROMIUM === undefined)("the matrix page in Chromium", () => {
  let browser: Browser;
  let address: string;
  const folder = mkdtempSync(join(tmpdir(), "matrix-page-"));

  beforeAll(async () => {
    const gitlab = await startEstate();
    const { out } = await command(gitlab, ["matrix", "--group", "acme", "--format", "html"]);
    await gitlab.stop();
    const file = join(folder, "matrix.html");
    writeFileSync(file, out);
    address = pathToFileURL(file).href;
    browser = await chromium.launch({
      executablePath: CHROMIUM ?? "",
      args: ["--no-sandbox", "--disable-gpu"],
    });
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  async function open(
    width: number,
    more: { colorScheme?: "light" | "dark"; javaScriptEnabled?: boolean } = {},
  ) {
    const page = await browser.newPage({ viewport: { width, height: 900 }, ...more });
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => requests.push(request.url()));
    await page.goto(address);
    return { page, complaints, requests };
  }

  const visibleRows = (page: Page) => page.locator("tbody tr:visible").count();

  it.each(WIDTHS.flatMap((width) => [[width, "light"] as const, [width, "dark"] as const]))(
    "fits %i pixels in %s colours, asks for nothing else and breaks no rule of its own policy",
    async (width, colorScheme) => {
      const { page, complaints, requests } = await open(width, { colorScheme });
      expect(requests).toEqual([address]);
      expect(complaints).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
      expect(await visibleRows(page)).toBe(10);
      expect(await page.evaluate<string>(BACKGROUND)).toMatch(
        colorScheme === "light" ? /^rgb\(2\d\d,/ : /^rgb\(1\d,/,
      );
      if (SHOTS) await page.screenshot({ path: join(SHOTS, `${colorScheme}-${width}.png`), fullPage: true });
      await page.close();
    },
  );

  it.each(["light", "dark"] as const)("has text of enough contrast in %s colours", async (colorScheme) => {
    const { page } = await open(1280, { colorScheme });
    expect(await page.evaluate(POOR_CONTRAST)).toEqual([]);
    await page.close();
  });

  it("filters by tier, project, text and findings, and clears", async () => {
    const { page } = await open(1280);
    await page.getByLabel("Tier").selectOption("production");
    expect(await visibleRows(page)).toBe(4);
    await page.getByLabel("Project").selectOption("acme/shop");
    expect(await visibleRows(page)).toBe(2);
    await page.getByLabel("Search").fill("rosa");
    await expect.poll(() => visibleRows(page)).toBe(1);
    expect(await page.locator("output").textContent()).toBe("1 of 12 environments");
    expect(await page.locator(".figures").innerText()).toMatch(/1\s+project\s+1\s+environment\s/);
    expect(new URL(page.url()).search).toBe("?text=rosa&project=acme%2Fshop&tier=production");
    await page.reload();
    expect(await visibleRows(page)).toBe(1);
    expect(await page.getByLabel("Search").inputValue()).toBe("rosa");
    await page.getByRole("button", { name: "Clear" }).click();
    await expect.poll(() => visibleRows(page)).toBe(10);
    await page.getByLabel("Findings").selectOption("any");
    await expect.poll(() => visibleRows(page)).toBe(6);
    await page.getByLabel("Search").fill("nothing is called so");
    await expect.poll(() => page.getByText("Nothing matches the filters.").isVisible()).toBe(true);
    await page.close();
  });

  it("is usable by keyboard alone: past the filters, through them, to a finding", async () => {
    const { page } = await open(1280);
    const focused = () => page.evaluate(FOCUSED);
    await page.keyboard.press("Tab");
    expect(await focused()).toBe("Skip to the matrix");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    expect(await focused()).toBe("acme/api/Production");
    await page.keyboard.press("Enter");
    expect(new URL(page.url()).hash).toBe("#acme/api/Production");
    expect(await page.locator("tr:target").textContent()).toContain("every Developer (unprotected)");
    await page.locator("tr:target .badge").click();
    expect(await page.locator("li:target").textContent()).toContain("Sounds like production");
    await page.getByLabel("Search").focus();
    await page.keyboard.type("canary");
    await expect.poll(() => visibleRows(page)).toBe(1);
    await page.close();
  });

  it("finds people who are only members of a list, and opens what an address points to", async () => {
    const { page } = await open(1280);
    await page.getByLabel("Search").fill("Quinn Tester");
    await expect.poll(() => visibleRows(page)).toBe(4);
    await page.goto(`${address}#acme/shop/review/fix-2`);
    await page.reload();
    await expect.poll(() => page.locator("li:target").isVisible()).toBe(true);
    await page.close();
  });

  it.each([360, 1280])(
    "reads in a sensible order at %i pixels: title, figures, filters, tables, findings",
    async (width) => {
      const { page } = await open(width);
      const tree = await page.locator("body").ariaSnapshot();
      const order = [
        'heading "acme"',
        "1 unprotected in production",
        "searchbox",
        'heading "Findings',
        'heading "production',
        "columnheader",
        "rowheader",
      ];
      const positions = order.map((text) => tree.indexOf(text));
      expect(positions).toEqual([...positions].sort((a, b) => a - b));
      expect(Math.min(...positions)).toBeGreaterThanOrEqual(0);
      expect(await page.getByRole("table").count()).toBe(5);
      await page.close();
    },
  );

  it("shows everything without scripts", async () => {
    const { page } = await open(1280, { javaScriptEnabled: false });
    expect(await visibleRows(page)).toBe(10);
    expect(await page.locator("form").isVisible()).toBe(false);
    await page.close();
  });

  it("prints without filters, on white", async () => {
    const { page } = await open(1280, { colorScheme: "dark" });
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    expect(await page.locator("form").isVisible()).toBe(false);
    expect(await page.evaluate(BACKGROUND)).toBe("rgb(255, 255, 255)");
    expect((await page.pdf({ preferCSSPageSize: true })).length).toBeGreaterThan(10_000);
    if (SHOTS) await page.screenshot({ path: join(SHOTS, "print.png"), fullPage: true });
    await page.close();
  });
});
