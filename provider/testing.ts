/**
 * `pulumi-gitlab-cd/testing` moved to a package of its own, so that deploy jobs install neither emulator nor engine. Whoever has that
 * package installed can go on importing the old name.
 */
try {
  require.resolve("pulumi-gitlab-cd-testing");
} catch {
  throw new Error(
    "pulumi-gitlab-cd/testing is a package of its own now. Run: npm install --save-dev pulumi-gitlab-cd-testing   " +
      '(and import from "pulumi-gitlab-cd-testing").',
  );
}

import testing = require("pulumi-gitlab-cd-testing");
export = testing;
