/** Filters, in the browser. Everything on the page is there without it. */
export const SCRIPT = `
(() => {
  const form = document.querySelector(".filters");
  const $$ = (selector, root) => [...(root || document).querySelectorAll(selector)];
  const crowds = new Map($$("[data-crowd]").map((item) => [item.dataset.crowd, item.textContent.toLowerCase()]));
  const envs = [];
  const rows = $$("tbody tr").map((row) => {
    const section = row.closest(".tier");
    const badges = $$(".badge", row);
    const shared = [section.dataset.tier, ...$$("td:nth-child(n+3)", row).map((cell) => cell.textContent), ...row.dataset.crowds.split(" ").map((n) => crowds.get(n) || "")].join(" ").toLowerCase();
    const found = badges.some((badge) => badge.classList.contains("error")) ? "error" : badges.some((badge) => !badge.classList.contains("accepted")) ? "any" : "none";
    const items = $$(".names li", row);
    const own = items.length > 0
      ? items.map((item) => ({ item, project: item.dataset.project, text: (item.dataset.project + "/" + item.textContent).toLowerCase() }))
      : [{ item: null, project: row.dataset.project, text: (row.dataset.project + "/" + row.querySelector("td").textContent).toLowerCase() }];
    const first = Number(row.dataset.first);
    own.forEach((env, i) => (envs[first + i] = env));
    return { row, section, tier: section.dataset.tier, shared, found, own, open: row.classList.contains("open"), label: row.querySelector(".env"), name: row.querySelector(".env").textContent };
  });
  if (rows.length === 0) return;
  const spread = (text) => text.split(",").filter(Boolean).flatMap((part) => { const [from, to] = part.split("-").map(Number); return Array.from({ length: (to ?? from) - from + 1 }, (_, i) => from + i); });
  const findings = $$("#findings li[data-places]").map((item) => ({ item, severity: item.dataset.severity, places: item.dataset.places.split("|").map(spread) }));
  const sections = $$(".tier").map((section) => ({ section, of: section.querySelector(".of"), rows: rows.filter((each) => each.section === section) }));
  const output = form.querySelector("output");
  const printed = document.querySelector(".printed");
  const figure = (key) => document.querySelector('[data-figure="' + key + '"]');
  const whole = envs.length;
  const projectsRead = Number(figure("projects").textContent);
  const plural = (number, noun) => number + " " + noun + (number === 1 ? "" : "s");
  const set = (key, number, noun) => { const at = figure(key); at.textContent = number; if (noun) at.nextElementSibling.textContent = noun + (number === 1 ? "" : "s"); };
  const apply = () => {
    const { text, project, tier, found } = form.elements;
    const words = text.value.toLowerCase().split(/\\s+/).filter(Boolean);
    const filtered = words.length > 0 || project.value !== "" || tier.value !== "" || found.value !== "";
    let open = 0;
    const projects = new Set();
    for (const each of rows) {
      const fits = (tier.value === "" || each.tier === tier.value) && (found.value === "" || each.found === found.value || (found.value === "any" && each.found === "error"));
      const rest = words.filter((word) => !each.shared.includes(word));
      each.number = 0;
      for (const env of each.own) {
        env.shown = fits && (project.value === "" || env.project === project.value) && rest.every((word) => env.text.includes(word));
        if (env.item) env.item.hidden = !env.shown;
        if (env.shown) { each.number++; projects.add(env.project); }
      }
      each.row.hidden = each.number === 0;
      if (each.own.length > 1) each.label.textContent = each.number === each.own.length ? each.name : each.name.replace(/\\((\\d+)\\)$/, "(" + each.number + " of $1)");
      if (each.open) open += each.number;
    }
    for (const { section, of, rows: own } of sections) {
      const number = own.reduce((sum, each) => sum + each.number, 0);
      const all = own.reduce((sum, each) => sum + each.own.length, 0);
      section.hidden = number === 0;
      of.textContent = number === all ? plural(all, "environment") : number + " of " + plural(all, "environment");
    }
    const counts = { error: 0, warning: 0, info: 0, accepted: 0 };
    for (const { item, severity, places } of findings) {
      const number = filtered ? places.filter((list) => list.some((i) => envs[i] && envs[i].shown)).length : places.length;
      item.hidden = number === 0;
      counts[severity] += number;
    }
    const number = rows.reduce((sum, each) => sum + each.number, 0);
    set("projects", filtered ? projects.size : projectsRead, "project");
    set("environments", number, "environment");
    set("open", open);
    set("error", counts.error, "error");
    set("warning", counts.warning, "warning");
    set("info", counts.info, "note");
    const rest = document.querySelector(".rest > summary");
    if (rest) rest.textContent = [counts.warning && plural(counts.warning, "warning"), counts.info && plural(counts.info, "note"), counts.accepted && counts.accepted + " accepted"].filter(Boolean).join(", ") || "nothing more";
    const of = document.querySelector("#findings .of");
    if (of) of.textContent = counts.error + counts.warning + counts.info + counts.accepted;
    document.getElementById("no-match").hidden = number > 0;
    output.textContent = filtered ? number + " of " + plural(whole, "environment") : plural(whole, "environment");
    const said = [text.value && "“" + text.value + "”", project.value, tier.value, found.value && found.options[found.selectedIndex].text].filter(Boolean);
    printed.textContent = "Shown: " + output.textContent + (filtered ? " (" + said.join(", ") + ")" : "");
    printed.hidden = !filtered;
  };
  const names = ["text", "project", "tier", "found"];
  const load = () => { const query = new URLSearchParams(location.search); for (const name of names) form.elements[name].value = query.get(name) || ""; for (const name of names) if (form.elements[name].value !== (query.get(name) || "")) form.elements[name].value = ""; };
  const keep = () => {
    const query = new URLSearchParams(location.search);
    for (const name of names) { const { value } = form.elements[name]; query.delete(name); if (value) query.set(name, value); }
    const text = query.toString();
    try { history.replaceState(null, "", location.pathname + (text && "?" + text) + location.hash); } catch { /* Shown in a frame that may not: the filters still work. */ }
  };
  const reveal = () => {
    const id = location.hash.slice(1);
    const target = id && (document.getElementById(id) || document.getElementById(decodeURIComponent(id)));
    // What shows has the browser's own focus already.
    if (!target || (target.checkVisibility && target.checkVisibility())) return;
    if (target.closest("[hidden]")) { form.reset(); for (const name of names) form.elements[name].value = ""; apply(); keep(); }
    for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    target.scrollIntoView();
    if (target.tabIndex === -1) target.focus({ preventScroll: true });
  };
  let waiting = 0;
  form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(() => { apply(); keep(); }, whole > 300 ? 120 : 0); });
  form.addEventListener("reset", () => setTimeout(() => { apply(); keep(); }));
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", reveal);
  addEventListener("popstate", () => { load(); apply(); });
  const unfolded = [];
  addEventListener("beforeprint", () => $$("details:not([open])").forEach((each) => { each.open = true; unfolded.push(each); }));
  addEventListener("afterprint", () => unfolded.splice(0).forEach((each) => (each.open = false)));
  form.hidden = false;
  load();
  apply();
  reveal();
})();
`;
