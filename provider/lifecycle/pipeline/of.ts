export type PipelineOf = { readonly ref: string } | { readonly mergeRequestIid: number };

export const isOfMergeRequest = (of: PipelineOf): of is { readonly mergeRequestIid: number } =>
  "mergeRequestIid" in of;
export const named = (of: PipelineOf): string =>
  isOfMergeRequest(of) ? `merge request ${of.mergeRequestIid}` : of.ref;

/** Refs of a merge request's pipelines: its head, or what merging it would give. */
export const refOf = (of: { readonly mergeRequestIid: number }): RegExp =>
  new RegExp(`^refs/merge-requests/${of.mergeRequestIid}/`);
