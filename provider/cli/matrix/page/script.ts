/** Filters, in the browser. Everything on the page is there without it. */
export const SCRIPT = `
(() => {
  const form = document.querySelector(".filters");
  const rows = [...document.querySelectorAll("tbody tr")].map((row) => ({
    row,
    tier: row.closest(".tier").dataset.tier,
    project: row.dataset.project,
    names: Number(row.dataset.names),
    findings: row.dataset.findings.split(" ").filter(Boolean),
    text: row.textContent.toLowerCase(),
  }));
  if (rows.length === 0) return;
  const findings = [...document.querySelectorAll(".findings li")];
  const output = form.querySelector("output");
  const whole = rows.reduce((sum, { names }) => sum + names, 0);
  const apply = () => {
    const { text, project, tier, found } = form.elements;
    const words = text.value.toLowerCase().split(/\\s+/).filter(Boolean);
    const filtered = words.length > 0 || project.value !== "" || tier.value !== "" || found.checked;
    const shown = rows.filter((each) => {
      const fits =
        (project.value === "" || each.project === project.value) &&
        (tier.value === "" || each.tier === tier.value) &&
        (!found.checked || each.findings.length > 0) &&
        words.every((word) => each.text.includes(word) || each.tier.includes(word));
      each.row.hidden = !fits;
      return fits;
    });
    for (const section of document.querySelectorAll(".tier")) {
      section.hidden = !section.querySelector("tbody tr:not([hidden])");
    }
    const kept = new Set(shown.flatMap((each) => each.findings));
    findings.forEach((item, i) => (item.hidden = filtered && !kept.has(String(i))));
    document.getElementById("no-match").hidden = shown.length > 0;
    const number = shown.reduce((sum, { names }) => sum + names, 0);
    output.textContent = filtered ? number + " of " + whole + " environments" : whole + (whole === 1 ? " environment" : " environments");
  };
  form.addEventListener("input", apply);
  form.addEventListener("reset", () => setTimeout(apply));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  apply();
})();
`;
