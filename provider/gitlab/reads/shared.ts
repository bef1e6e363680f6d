import type { GitLabClient } from "../request/client";
import { GitLabError, isGitLabError } from "../answer/errors";
import { onWrite } from "../request/http";
import { api, type ApiPath, type Level, protectionPath } from "../request/paths";
import type { WireEnvironment, WirePipeline, WireProtectedEnvironment } from "../answer/types";
import { BatchedReads } from "./batched";
import { PAGE_SIZE } from "./pageGuess";
import { Room } from "./room";

/** Rows kept by all readers of this process together: some tens of MB. */
const room = new Room(50_000);

/** By client, then by path: `projects/acme%2Fshop/environments`. */
const readers = new Map<GitLabClient, Map<string, BatchedReads<never, unknown>>>();

interface Rows<K extends string | number, T> {
  readonly list: ApiPath;
  readonly one: (key: K) => ApiPath;
  readonly keyOf: (row: T) => K;
  /** Leaves out what nobody reads. */
  readonly keep?: (row: T) => T;
}

function readerOf<K extends string | number, T>(client: GitLabClient, rows: Rows<K, T>): BatchedReads<K, T> {
  const { keep = (row: T) => row } = rows;
  const ofClient = readers.get(client) ?? new Map<string, BatchedReads<never, unknown>>();
  readers.set(client, ofClient);
  const known = ofClient.get(rows.list.path) as BatchedReads<K, T> | undefined;
  if (known !== undefined) return known;
  const reader = new BatchedReads<K, T>(
    {
      keyOf: rows.keyOf,
      single: async (key) => {
        try {
          return keep(await client.get<T>(rows.one(key)));
        } catch (error) {
          if (isGitLabError(error, "not-found") && error.missing === "record") return undefined;
          throw error;
        }
      },
      page: async (page) => {
        try {
          const answer = await client.page<T>(rows.list, { per_page: PAGE_SIZE, page });
          return { ...answer, items: answer.items.map(keep) };
        } catch (error) {
          throw aboutTheList(error);
        }
      },
    },
    room,
  );
  ofClient.set(rows.list.path, reader as unknown as BatchedReads<never, unknown>);
  return reader;
}

/** That a list is not there says nothing about any of its rows. */
function aboutTheList(error: unknown): unknown {
  if (!isGitLabError(error, "not-found")) return error;
  const { kind, status = 404, method = "GET", url = "", details } = error;
  return new GitLabError(error.message, { kind, status, method, url, details });
}

function withoutProject(row: WireEnvironment & { project?: unknown }): WireEnvironment {
  const { project: _project, ...environment } = row;
  return environment;
}

function environments(client: GitLabClient, project: string | number): BatchedReads<number, WireEnvironment> {
  return readerOf(client, {
    list: api`/projects/${project}/environments`,
    one: (id: number) => api`/projects/${project}/environments/${id}`,
    keyOf: (row: WireEnvironment) => row.id,
    keep: withoutProject,
  });
}

function protections(
  client: GitLabClient,
  level: Level,
  container: string | number,
): BatchedReads<string, WireProtectedEnvironment> {
  return readerOf(client, {
    list: protectionPath(level, container),
    one: (name: string) => protectionPath(level, container, name),
    keyOf: (row: WireProtectedEnvironment) => row.name,
  });
}

/**
 * One environment, answered from list pages where many are read at the same time. Undefined where GitLab itself says that
 * there is no such record, which says nothing yet about why: see `wasListed`. With `since` it is as it was at that time (milliseconds since 1970) or later.
 */
export function readEnvironment(
  client: GitLabClient,
  project: string | number,
  id: number,
  since?: number,
): Promise<WireEnvironment | undefined> {
  return environments(client, project).read(id, since);
}

/** One pipeline; otherwise like `readEnvironment`. Without its details where it comes from a list. */
export function readPipeline(
  client: GitLabClient,
  project: string | number,
  id: number,
  since?: number,
): Promise<WirePipeline | undefined> {
  // Listed newest first, so that those which were just started are on the first page.
  const pipelines = readerOf(client, {
    list: api`/projects/${project}/pipelines`,
    one: (number: number) => api`/projects/${project}/pipelines/${number}`,
    keyOf: (row: WirePipeline) => row.id,
  });
  return pipelines.read(id, since);
}

/** One protection by name; otherwise like `readEnvironment`. */
export function readProtection(
  client: GitLabClient,
  level: Level,
  container: string | number,
  name: string,
): Promise<WireProtectedEnvironment | undefined> {
  return protections(client, level, container).read(name);
}

/**
 * Whether a list of this project or group came with 200 in the last `within` milliseconds, and since the last write: who
 * can list it can see it.
 */
export function wasListed(
  client: GitLabClient,
  level: Level,
  container: string | number,
  within: number,
): boolean {
  const at = Math.max(
    protections(client, level, container).listedAt,
    level === "project" ? environments(client, container).listedAt : 0,
  );
  return Date.now() - at < within;
}

const containerOf = (path: string): readonly [level: string, spelling: string] | undefined => {
  const [level, spelling] = path.replace(/^\//, "").split("/");
  return level === undefined || spelling === undefined ? undefined : [level, spelling.toLowerCase()];
};

const isNumber = (spelling: string): boolean => /^\d+$/.test(spelling);

/**
 * Drops what is remembered of the project or group that a write goes to, for every connection to that GitLab. A path and
 * a number may well name the same one.
 */
function forgetAbout(baseUrl: string, { path }: ApiPath): void {
  const written = containerOf(path);
  if (written === undefined) return;
  for (const [client, ofClient] of readers) {
    if (client.baseUrl !== baseUrl) continue;
    for (const [list, reader] of ofClient) {
      const read = containerOf(list);
      if (read?.[0] !== written[0]) continue;
      if (read[1] === written[1] || isNumber(read[1]) !== isNumber(written[1])) reader.forget();
    }
  }
}

onWrite(forgetAbout);
