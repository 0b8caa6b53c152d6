/** The report's style sheet: light and dark by the reader's setting, one column on a phone, nothing fetched. */
export const style = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --text: #1a2230; --dim: #566072; --line: #dde2ea; --track: #e6eaf0;
  --heap: #2458d6; --arena: #0b7a6b; --speed: #6a3fc8; --rss: #a3480b;
  --recycled: #5b6475; --died: #c01c28; --retry: #b02a7b; --flush: #0b7a6b; --spill: #8a5a00; --bar: #dfe8fb; --rescan: #0b6b8a; --pause: #5b6475;
  --problem: #c01c28; --problem-ground: #fdeeee; --hint: #2458d6; --hint-ground: #eef3fd; --good: #176c3a; --good-ground: #ecf7f0;
  --code: #f0f2f6;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #10141b; --card: #181e28; --text: #e7ebf2; --dim: #a3adbd; --line: #2c3544; --track: #2a3342;
    --heap: #7ea6ff; --arena: #4cc9b0; --speed: #b79bff; --rss: #f0a35e;
    --recycled: #a3adbd; --died: #ff7b83; --retry: #f08cc8; --flush: #4cc9b0; --spill: #e5b84a; --bar: #24324f; --rescan: #62c4e6; --pause: #a3adbd;
    --problem: #ff8e95; --problem-ground: #351c22; --hint: #8fb2ff; --hint-ground: #1b2740; --good: #6fd396; --good-ground: #16301f;
    --code: #202836;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 24px 20px 64px; }
h1 { font-size: 26px; margin: 0 0 2px; letter-spacing: -0.01em; }
h2 { font-size: 17px; margin: 0 0 12px; }
h3 { font-size: 15px; margin: 0 0 6px; }
p { margin: 0 0 8px; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 18px 20px; margin-top: 16px; }
code, pre, td.mono { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; font-size: 13px; }
pre { margin: 0; padding: 12px 14px; background: var(--code); border-radius: 8px; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
.dim { color: var(--dim); }
nav { display: flex; flex-wrap: wrap; gap: 4px 16px; margin-top: 12px; font-size: 14px; }
a { color: var(--hint); text-decoration: none; } a:hover, a:focus { text-decoration: underline; }
section { scroll-margin-top: 12px; }
data { white-space: nowrap; }
.query { margin-top: 14px; font-size: 14px; }
.state { display: inline-block; border-radius: 999px; padding: 1px 10px; font-size: 13px; font-weight: 600; }
.state.good { color: var(--good); background: var(--good-ground); }
.state.bad { color: var(--problem); background: var(--problem-ground); }
.tiles { display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); gap: 12px; margin: 16px 0 0; }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 12px 14px; min-width: 0; }
.tile dt { color: var(--dim); font-size: 13px; }
.tile dd { margin: 0; font-size: 21px; font-weight: 600; letter-spacing: -0.01em; overflow-wrap: anywhere; }
.tile dd small { display: block; font-size: 13px; font-weight: 400; letter-spacing: 0; color: var(--dim); }
.scroll { overflow-x: auto; max-width: 100%; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: 14px; }

th { text-align: left; font-weight: 600; color: var(--dim); font-size: 13px; white-space: nowrap; }
th, td { padding: 6px 14px 6px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
tbody th { color: var(--text); }
tbody tr:last-child td, tbody tr:last-child th { border-bottom: 0; }
td.number, th.number { text-align: right; white-space: nowrap; }
td.bar { background: linear-gradient(to left, var(--bar) var(--share), transparent var(--share)) no-repeat right 0 top 4px / calc(100% - 6px) calc(100% - 8px); padding-right: 6px; }
#result th.number { padding-right: 6px; }
.usage { display: flex; justify-content: space-between; gap: 12px; white-space: nowrap; }
ul.files { margin: 6px 0 0; padding-left: 20px; } ul.files code { overflow-wrap: anywhere; }
.charts + .scroll { margin-top: 18px; }
table + p, .scroll + p { margin: 10px 0 0; }
td.text { overflow-wrap: anywhere; white-space: pre-wrap; } .scroll td.text { min-width: 11em; } .scroll td.text:last-child { min-width: 15em; }
td.time { white-space: nowrap; }
.null { color: var(--dim); font-style: italic; }
.meter { position: relative; height: 7px; min-width: 90px; margin-top: 4px; background: var(--track); border-radius: 4px; overflow: hidden; }
.meter i { display: block; height: 100%; border-radius: 4px; }
.meter .heap { background: var(--heap); } .meter .arena { background: var(--arena); } .meter .rss { background: var(--rss); }
.advice { list-style: none; margin: 0; padding: 0; display: grid; gap: 10px; }
.advice li { border-left: 4px solid var(--hint); background: var(--hint-ground); border-radius: 6px; padding: 8px 12px; }
.advice li.problem { border-color: var(--problem); background: var(--problem-ground); }
.advice li.good { border-color: var(--good); background: var(--good-ground); }
.advice strong { display: block; font-weight: 600; }
.kind { font-weight: 600; white-space: nowrap; }
.kind.recycled { color: var(--recycled); } .kind.died { color: var(--died); } .kind.retry { color: var(--retry); }
.kind.flush { color: var(--flush); } .kind.spill { color: var(--spill); } .kind.rescan { color: var(--rescan); } .kind.pause { color: var(--pause); }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 460px), 1fr)); gap: 20px 28px; }
figure { margin: 0; min-width: 0; } .charts + p { margin: 14px 0 0; font-size: 13px; }
figcaption { font-size: 13px; color: var(--dim); margin-bottom: 4px; }
figcaption b { color: var(--text); font-size: 15px; }
.plot { min-height: 210px; }
.without-script { color: var(--dim); font-size: 13px; }
html.scripted .without-script { display: none; }
html:not(.scripted) .charts { display: none; }
details { margin-top: 4px; } summary { cursor: pointer; font-weight: 600; }
.u-legend { font-size: 13px; text-align: left !important; color: var(--text); margin-top: 2px !important; }
.u-legend th, .u-legend td { border: 0; padding: 1px 4px; color: var(--text); font-weight: 400; }
.u-legend .u-marker { border-radius: 3px; }
footer { margin-top: 20px; color: var(--dim); font-size: 13px; }
@media (max-width: 600px) {
  main { padding: 16px 12px 40px; } section { padding: 14px; } .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 8px; }
  .tile dd { font-size: 18px; }
  th, td { padding-right: 10px; }
}
@media print { section, .tile { break-inside: avoid; } }
`;
