import * as gitlab from "pulumi-gitlab-cd";

const production = new gitlab.Environment("production", {
  project: "acme/shop",
  name: "production",
  tier: "production",
  externalUrl: "https://shop.example.com",
});

export const productionSlug = production.slug;
export const productionId = production.environmentId;
