import type { TextRule } from "../../fields/schema";

/** https://gitlab.com/gitlab-org/gitlab/-/blob/master/lib/gitlab/regex.rb (`environment_name_regex`) */
export const ENVIRONMENT_NAME: TextRule = {
  max: 255,
  open: true,
  matches: {
    pattern: /^[a-zA-Z0-9_${}. -]([a-zA-Z0-9_/${}. -]*[a-zA-Z0-9_${}. -])?$/,
    say: "can contain only letters, digits, spaces and - _ / $ { } . and cannot start or end with /",
  },
};

/** The name of an environment that a path of the API can hold: `.` and `..` mean something else there. */
export const PROTECTED_NAME: TextRule = {
  max: 255,
  open: true,
  matches: {
    pattern: new RegExp(`^(?!\\.{1,2}$)${ENVIRONMENT_NAME.matches!.pattern.source.slice(1)}`),
    say:
      "must be the name of one environment, not a pattern or a branch: it can contain only letters, digits, spaces and " +
      "- _ / $ { } . , cannot start or end with / and cannot be . or ..",
  },
};
