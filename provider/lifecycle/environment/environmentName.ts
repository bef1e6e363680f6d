import type { TextRule } from "../../fields/schema";

/** https://gitlab.com/gitlab-org/gitlab/-/blob/master/lib/gitlab/regex.rb (`environment_name_regex`) */
export const ENVIRONMENT_NAME: TextRule = {
  max: 255,
  matches: {
    pattern: /^[a-zA-Z0-9_${}. -]([a-zA-Z0-9_/${}. -]*[a-zA-Z0-9_${}. -])?$/,
    say: "can contain only letters, digits, spaces and - _ / $ { } . and cannot start or end with /",
  },
};
