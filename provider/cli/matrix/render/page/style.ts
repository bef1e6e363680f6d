/** The page's looks: system fonts, both colour schemes, cards instead of a table on narrow screens, black on white on paper. */
export const STYLE = `
:root{color-scheme:light dark;
--page:#f4f5f7;--sheet:#fff;--ink:#1a2230;--soft:#576174;--line:#dfe3ea;--head:#f9fafb;--accent:#3b4cca;
--error:#b3261e;--error-bg:#fdeceb;--warning:#8a5300;--warning-bg:#fff3dc;--info:#24569e;--info-bg:#e8f0fc;--good:#1b6b3a;--good-bg:#e6f4ea;--chip:#eef0f4}
@media (prefers-color-scheme:dark){:root{
--page:#11151c;--sheet:#1a202a;--ink:#e6e9ef;--soft:#a2acbb;--line:#2e3745;--head:#202733;--accent:#9fb0ff;
--error:#ffb0a8;--error-bg:#4a1f1c;--warning:#ffcf87;--warning-bg:#43300f;--info:#a9cbff;--info-bg:#1c3154;--good:#93dcae;--good-bg:#173824;--chip:#2a3240}}
*{box-sizing:border-box}
html{scroll-behavior:smooth;scroll-padding-top:5rem;-webkit-text-size-adjust:100%}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0 auto;max-width:84rem;padding:0 clamp(1rem,3vw,2.5rem) 3rem;background:var(--page);color:var(--ink);
font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,"Liberation Sans",sans-serif}
p,ul,ol,h1,h2,h3{margin:0;padding:0}ul,ol{list-style:none}
a{color:var(--accent)}small{color:var(--soft);font-size:.8125rem}
code{font:.8125rem/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;color:var(--soft)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:4px}
main:focus,li:focus{outline:none}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:1rem;background:var(--sheet);padding:.5rem 1rem;z-index:9}
.sr{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
header{padding:2.25rem 0 1.25rem}
.eyebrow{font-size:.8125rem;font-weight:600;letter-spacing:.08em;text-transform:uppercase;color:var(--soft)}
h1{font-size:clamp(1.6rem,4vw,2.25rem);line-height:1.15;letter-spacing:-.02em;overflow-wrap:anywhere}
.lead{margin-top:.5rem;color:var(--soft);max-width:46rem}time{white-space:nowrap}.lead strong{color:var(--ink);font-weight:600}
.figures{display:flex;flex-wrap:wrap;gap:.5rem;margin-top:1.25rem}
.figures li>*{display:block;padding:.4rem .85rem;border:1px solid var(--line);border-radius:2rem;background:var(--sheet);color:var(--soft);font-size:.9375rem;text-decoration:none}
.figures b{color:var(--ink);font-variant-numeric:tabular-nums}
.figures a:hover{text-decoration:underline}
.figures .error>*,.figures .error b{color:var(--error)}.figures .error>*{background:var(--error-bg);border-color:transparent}
.figures .warning>*,.figures .warning b{color:var(--warning)}.figures .warning>*{background:var(--warning-bg);border-color:transparent}
.figures .info>*,.figures .info b{color:var(--info)}.figures .info>*{background:var(--info-bg);border-color:transparent}
.figures .good>*,.figures .good b{color:var(--good)}.figures .good>*{background:var(--good-bg);border-color:transparent}
.filters{display:flex;flex-wrap:wrap;gap:.75rem 1rem;align-items:end;padding:.75rem 0;position:sticky;top:0;z-index:5;background:var(--page);border-bottom:1px solid var(--line)}
.filters[hidden]{display:none}
.filters label{display:grid;gap:.2rem;font-size:.8125rem;color:var(--soft)}
.filters input[type=search],.filters select,.filters button{font:inherit;font-size:.9375rem;color:var(--ink);background:var(--sheet);border:1px solid var(--line);border-radius:.5rem;padding:.4rem .6rem;min-height:2.5rem;max-width:100%}
.filters input[type=search]{width:17rem}
.filters ::placeholder{color:var(--soft);opacity:1}
.filters button{cursor:pointer}.filters output{margin-left:auto;min-height:2.5rem;display:flex;align-items:center;color:var(--soft);font-size:.9375rem;font-variant-numeric:tabular-nums}
h2{font-size:1.125rem;margin:2rem 0 .75rem;text-transform:capitalize;display:flex;gap:.6rem;align-items:baseline}
.of{font-size:.875rem;font-weight:400;color:var(--soft);text-transform:none}
table{display:block;background:var(--sheet);border:1px solid var(--line);border-radius:.75rem;overflow:hidden}
thead,tbody{display:block}tr{display:grid;grid-template-columns:15fr 17fr 25fr 25fr 18fr}
thead th{font-size:.8125rem;font-weight:600;color:var(--soft);text-align:left;background:var(--head);padding:.55rem .9rem;border-bottom:1px solid var(--line)}
tbody th,td{padding:.8rem .9rem;text-align:left;font-weight:400;overflow-wrap:anywhere;min-width:0}
tbody tr+tr{border-top:1px solid var(--line)}tbody tr[hidden],li[hidden]{display:none}
tbody tr.open{box-shadow:inset 4px 0 0 var(--error)}
tbody tr:target,.crowds li:target{outline:3px solid var(--accent);outline-offset:-3px}tbody tr:focus{outline:none}tbody tr:focus:target{outline:3px solid var(--accent)}
.path{color:var(--soft)}a.path{text-decoration:none}a.path:hover{text-decoration:underline}.env{font-weight:600}
.to{font-size:.75rem;color:var(--soft)}.self{color:var(--soft);text-decoration:none;opacity:.75}.self:hover,.self:focus-visible{opacity:1}
.state{font-size:.75rem;background:var(--chip);color:var(--soft);border-radius:1rem;padding:.1rem .5rem;white-space:nowrap}
.origin{font-size:.75rem}.origin::before{content:"("}.origin::after{content:")"}
.who li{padding:.1rem 0}.who b{font-weight:600}.who .rule,.who li.rule{color:var(--soft);font-size:.875rem}.who span.rule{display:block}
.who li.bad b{color:var(--error)}.who li.unknown b,.who li.none b{color:var(--soft);font-weight:400}.all{font-size:.8125rem}
.none{color:var(--soft)}.nothing{padding:1.5rem;text-align:center;color:var(--soft)}
.badges{display:flex;flex-wrap:wrap;gap:.3rem}
.badge{display:inline-block;font-size:.8125rem;line-height:1.35;font-weight:500;padding:.15rem .6rem;border-radius:1rem;text-decoration:none}
a.badge:hover{text-decoration:underline}
.badge.accepted{color:var(--soft);background:var(--chip)}.badge.good{color:var(--good);background:var(--good-bg)}
.badge.error{color:var(--error);background:var(--error-bg)}.badge.warning{color:var(--warning);background:var(--warning-bg)}.badge.info{color:var(--info);background:var(--info-bg)}
summary{cursor:pointer}.names{margin:.3rem 0 0 1.1rem;font-size:.875rem;color:var(--soft);max-height:16rem;overflow:auto}
.findings ol{display:grid;gap:.6rem}
.findings ol>li{background:var(--sheet);border:1px solid var(--line);border-left:4px solid var(--line);border-radius:.6rem;padding:.75rem 1rem}
.findings li.error{border-left-color:var(--error)}.findings li.warning{border-left-color:var(--warning)}.findings li.info{border-left-color:var(--info)}
.findings li.good{border-left-color:var(--good)}.hint{color:var(--soft)}.links{font-size:.875rem}
.meaning{margin-top:.35rem}.meaning li,.sides li{background:none;border:0;padding:0}.sides{display:grid;grid-template-columns:1fr 1fr;gap:1rem;margin-top:.5rem}
h4{margin:0;font-size:.75rem;color:var(--soft);text-transform:uppercase;letter-spacing:.05em}
.crowds{display:grid;gap:.6rem}.crowds li{background:var(--sheet);border:1px solid var(--line);border-radius:.6rem;padding:.6rem 1rem}
.crowds h3{font-size:.9375rem}.rest{margin-top:.6rem}.rest>summary{padding:.4rem 0;font-weight:500}.rest>ol{margin-top:.4rem}.printed{display:none}
.findings ol>li:target{outline:3px solid var(--accent);outline-offset:2px}
.findings h3{font-size:1rem;font-weight:400;display:flex;flex-wrap:wrap;gap:.25rem .6rem;align-items:center;overflow-wrap:anywhere}
.findings h3 code{margin-left:auto}.findings p{margin-top:.35rem;max-width:60rem}.fix{color:var(--soft)}.fix b{color:var(--ink)}
footer{margin-top:2.5rem;padding-top:1rem;border-top:1px solid var(--line);color:var(--soft);font-size:.875rem;max-width:60rem}
@media (max-width:52rem){
.filters{position:static}.filters label,.filters input[type=search],.filters select{width:100%}.filters label{flex:1 1 9rem}.filters label:first-child{flex-basis:100%}
.filters output{margin-left:0}
thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
table{background:none;border:0;border-radius:0;overflow:visible}
tbody tr{grid-template-columns:1fr 1fr;column-gap:1.5rem;background:var(--sheet);border:1px solid var(--line);border-radius:.75rem;padding:.6rem 1rem .8rem;margin-bottom:.75rem}
tbody tr+tr{border-top:1px solid var(--line)}tbody tr.open{box-shadow:none;border-left:4px solid var(--error)}
tbody th,td{padding:.3rem 0}
tbody th,td[data-label=Environment],td[data-label=Findings]{grid-column:1/-1}
tbody th{padding-bottom:0}td[data-label=Environment]{padding-top:0}.env{font-size:1.0625rem}
td[data-label]:not([data-label=Environment])::before{content:attr(data-label);display:block;font-size:.75rem;font-weight:600;color:var(--soft);text-transform:uppercase;letter-spacing:.05em}
td[data-label=Findings]:has(.none){display:none}
.badge{padding:.3rem .75rem}.self,.all,.to{display:inline-block;padding:.2rem .4rem}.sides{grid-template-columns:1fr}
}
@media (max-width:34rem){tbody tr{grid-template-columns:1fr}.figures li>*{padding:.3rem .7rem}}
@media print{
:root{color-scheme:light;--page:#fff;--sheet:#fff;--ink:#000;--soft:#333;--line:#999;--head:#fff;--accent:#000;--error:#8c1d18;--warning:#6b4100;--info:#1d4580;--good:#14532d;--error-bg:#fff;--warning-bg:#fff;--info-bg:#fff;--good-bg:#fff;--chip:#fff}
body{max-width:none;padding:0;font-size:9.5pt}.filters,.skip,.self,.to,.links,.all{display:none!important}.printed:not([hidden]){display:block;font-weight:600}
header{padding:0 0 .5rem}tbody tr,.crowds li{break-inside:avoid}.findings ol>li{break-inside:avoid}h2{break-after:avoid}
table{overflow:visible;border-radius:0}a{color:inherit;text-decoration:none}.badge{border:1px solid currentColor}.names{max-height:none;columns:2}
@page{margin:14mm;size:landscape}
}
`;
