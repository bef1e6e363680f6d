import type * as pulumi from "@pulumi/pulumi";

import type { DynamicName } from "../../provider/dynamic";
import type { Lifecycle } from "../../provider/lifecycle/lifecycle";
import { dynamicProvider } from "../../provider/lifecycle/provider";
import * as resources from "../../provider/resources";

/** What `pulumi-gitlab-cd/dynamic` exports, in this process. */
export const providers = Object.fromEntries(
  Object.entries<Lifecycle>(resources).map(([name, life]) => [name, dynamicProvider(() => life)]),
) as Readonly<Record<DynamicName, pulumi.dynamic.ResourceProvider>>;
