import { spawn } from "node:child_process";
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { beforeEach, describe, expect, it, onTestFinished } from "vitest";

import { folderForAll, PROCESSES, Siblings, type Told } from "../../provider/lifecycle/siblings";

const made: Told = { kind: "Environment", baseUrl: "https://gitlab.example.com/api/v4", numbers: ["1"] };
const line = `${JSON.stringify(made)}\n`;
const ENGINE = "127.0.0.1:4711";
/** No process has it. */
const NOBODY = 2 ** 30;

describe("what another provider process has made", () => {
  let place: string;
  beforeEach(() => {
    place = mkdtempSync(join(tmpdir(), "siblings-"));
    onTestFinished(() => rmSync(place, { recursive: true, force: true }));
  });

  const here = (engine?: string): Siblings => {
    const siblings = new Siblings(place);
    siblings.join(engine);
    return siblings;
  };
  const nameOf = (pid: number, engine = "127-0-0-1-4711", processes = PROCESSES): string =>
    `${engine}.${processes}.${pid}`;
  const write = (text: string, name: string): string => {
    writeFileSync(join(place, name), text);
    return join(place, name);
  };
  const another = (text: string, pid: number, engine?: string): string => write(text, nameOf(pid, engine));
  const living = (): number => {
    const child = spawn(process.execPath, ["-e", "setInterval(() => 0, 1000)"]);
    onTestFinished(() => void child.kill("SIGKILL"));
    return child.pid ?? 0;
  };

  it("is heard once, as far as it is written", () => {
    const [pid, siblings] = [living(), here(ENGINE)];
    another(`${line}{"kind":`, pid);
    expect([siblings.heard(), siblings.heard()]).toEqual([[made], []]);
    another(line + line, pid);
    expect(siblings.heard()).toEqual([made]);
  });

  it("is not heard of a process that is gone, of another engine, of oneself, or without an engine", () => {
    const pid = living();
    utimesSync(another(line, NOBODY), 1, 1);
    another(line, pid, "127-0-0-1-4712");
    const siblings = here(ENGINE);
    siblings.tell(made);
    expect([siblings.heard(), here().heard(), here("--flag").heard()]).toEqual([[], [], []]);
    // What the dead have left is cleared away.
    expect(readdirSync(place).sort()).toEqual([nameOf(process.pid), nameOf(pid, "127-0-0-1-4712")].sort());
  });

  it("is heard of one that has died since, but not of where numbers of processes mean others", () => {
    another(line, NOBODY);
    const elsewhere = nameOf(NOBODY, undefined, "another-container");
    utimesSync(write(line, elsewhere), 1, 1);
    const siblings = here(ENGINE);
    siblings.tell(made);
    expect([siblings.heard(), siblings.heard()]).toEqual([[made], []]);
    expect(readdirSync(place).sort()).toEqual([nameOf(NOBODY), nameOf(process.pid), elsewhere].sort());
  });

  it.skipIf(process.platform === "win32")(
    "lies where only this user can be first, if the system has such a place",
    () => {
      expect(folderForAll({ XDG_RUNTIME_DIR: place })).toBe(place);
      for (const other of [undefined, "", join(place, "missing"), join(__filename, "below")])
        expect(folderForAll({ XDG_RUNTIME_DIR: other })).toBe(tmpdir());
      chmodSync(place, 0o777);
      expect(folderForAll({ XDG_RUNTIME_DIR: place })).toBe(tmpdir());
    },
  );

  it("is not heard by an engine without an address, of which there may be many at once", () => {
    another(line, living(), "127-0-0-1-0");
    expect(here("127.0.0.1:0").heard()).toEqual([]);
  });

  it.skipIf(process.platform === "win32")("is not heard where others could have written it", () => {
    another(line, living());
    chmodSync(place, 0o777);
    expect(here(ENGINE).heard()).toEqual([]);
    here(ENGINE).tell(made);
    expect(readdirSync(place)).toHaveLength(1);
  });

  it("is told again where the place was cleared away meanwhile, but for what was told right then", () => {
    const siblings = here(ENGINE);
    siblings.tell(made);
    rmSync(place, { recursive: true });
    siblings.tell(made);
    siblings.tell({ ...made, numbers: ["2"] });
    expect(readFileSync(join(place, nameOf(process.pid)), "utf8")).toBe(line.replace(`"1"`, `"2"`));
  });

  it("stops nothing where the place cannot be made", () => {
    const file = join(place, "file");
    writeFileSync(file, "");
    const siblings = new Siblings(join(file, "below"));
    siblings.join(ENGINE);
    siblings.tell(made);
    expect(siblings.heard()).toEqual([]);
  });
});
