import * as rpc from "@pulumi/pulumi/proto/provider_pb";

import type { Failure } from "../fields/schema";
import { sentence } from "../lifecycle/operations";

/** With its property a failure is shown with the value too, which may be long or secret. */
export function failuresOf(failures: readonly Failure[]): rpc.CheckFailure[] {
  return failures.map((failure) => {
    const failed = new rpc.CheckFailure();
    failed.setReason(sentence(failure));
    return failed;
  });
}

export function diffResponse(
  { changed, replaces }: { readonly changed: readonly string[]; readonly replaces: readonly string[] },
  changes: boolean,
  detailed: ReadonlyMap<string, rpc.PropertyDiff>,
): rpc.DiffResponse {
  const response = new rpc.DiffResponse();
  const { DIFF_NONE, DIFF_SOME } = rpc.DiffResponse.DiffChanges;
  response.setChanges(changes ? DIFF_SOME : DIFF_NONE);
  response.setDiffsList([...changed]);
  response.setReplacesList([...replaces]);
  response.setDeletebeforereplace(false);
  response.setHasdetaileddiff(true);
  for (const [path, diff] of detailed) response.getDetaileddiffMap().set(path, diff);
  return response;
}
