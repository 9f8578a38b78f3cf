import { htmlTable } from 'sde-plots';
import { escapeText } from 'sde-plots/drawing';
import type { Figure } from '../../report/figure.js';
import { percent } from '../../report/number.js';
import type { MainResult } from '../main-result.js';
import type { Figures } from './figures.js';
import { accuracyTable, constantTable, errorTable, orderTable, waysLadder, waysTable } from './result-tables.js';
import { verdicts } from './verdict.js';
import { warningsOf } from './warnings.js';

/** The report as one HTML file that refers to nothing outside itself. */
export function page(result: MainResult, pictures: Figures, z: number, command: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Noisy residual networks and their limits, key ${escapeText(result.options.key)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>How far is a noisy residual network from its stochastic differential equation?</h1>
${opening(result)}
<h2>Training</h2>
<p>Each network reads ${result.options.components} principal components of an 8 × 8 handwritten digit and moves them through
${result.options.depth} residual layers of ${result.options.width} hidden units; a linear read-out names the digit. It is trained with its noise on.</p>
${htmlTable(accuracyTable(result))}
${pictures.training.map(figureTag).join('\n')}
<h2>Weak error against three limits</h2>
<p>Every trained layer is split into m equal sub-layers, each with its own coin and step h, for m = ${result.options.refinements.join(', ')}. The expected loss
over the coins is measured, with the martingale control variate, and the same loss of three limits is subtracted: the deterministic
<b>flow</b> x′ = F̄, the <b>leading</b> SDE dX = F̄ dt + √h Σ<sup>½</sup> dW, and the <b>modified</b> SDE, whose drift is corrected to F̄ − (h/2) DF̄ F̄.
F̄ and Σ are mean and covariance of the noisy branch. Theory says orders 1, 1 and 2: the noise alone buys no order, the noise and the correction together do.
A local slope is that of one error to the next, on logarithmic axes; — stands where their signs differ.</p>
${result.noises.map((noise, i) => section(noise.title, [htmlTable(errorTable(noise, z)), htmlTable(orderTable(noise)), reasons(noise), ...pictures.noises[i].map(figureTag)])).join('\n')}
<h2>What is predicted before anything is measured</h2>
<p>E ℓ(X<sub>N</sub>) = ℓ(x<sub>flow</sub>(T)) + h C₁ + O(h²). C₁ comes from the deterministic network by differentiating it twice: no coin is tossed.</p>
${htmlTable(constantTable(result))}
${figureTag(pictures.split)}
<h2>One number three ways</h2>
<p>Two digits, ${result.twoDigits.classes.join(' and ')}, in their first two principal components, and a network of ${result.twoDigits.ways.depth} layers that names
${percent(result.twoDigits.accuracy)} of them rightly, small enough to enumerate every outcome of its coins. The same expected loss by that enumeration, by the backward
Kolmogorov equation of the modified SDE on a grid, and by simulating that SDE in sub-steps. The last two solve one equation and must agree;
both may differ from the first by O(h²), and no more.</p>
${htmlTable(waysTable(result.twoDigits, z))}
${htmlTable(waysLadder(result.twoDigits, z))}
${figureTag(pictures.threeWays)}
${warned(result)}<h2>Where this comes from</h2>
${provenance(result)}
<p>To compute it again, and compare every bit:</p>
<pre>${escapeText(command)}</pre>
</main>
</body>
</html>
`;
}

function opening(result: MainResult): string {
  const { confirmed, refuted, inconclusive, remarks } = verdicts(result);
  const count = confirmed + refuted + inconclusive;
  const list = remarks.map((remark) => `<li>${escapeText(remark)}</li>`).join('\n');
  return `<p>A residual network moves its state in small steps, x⁺ = x + h F(x). Trained with a coin in every layer, which drops the layer or some of its units, it is
a random process; with many thin layers it looks like a stochastic differential equation. This report measures how much the two differ in what
matters, the <em>expected loss</em> on images the network has not seen, and compares that with what theory predicts.</p>
<p class="verdict"><strong>${confirmed} of ${count} orders are confirmed</strong>, ${refuted} refuted, ${inconclusive} inconclusive, at ${percent(result.options.confidence)}.</p>
${list ? `<ul>${list}</ul>` : ''}`;
}

function warned(result: MainResult): string {
  const warnings = warningsOf(result);
  if (warnings.length === 0) return '';
  const items = warnings.map(({ about, message }) => `<li><b>${escapeText(about)}:</b> ${escapeText(message)}</li>`);
  return `<h2>Warnings</h2>\n<p>What the computation noticed about its own numbers.</p>\n<ul class="reasons">${items.join('\n')}</ul>\n`;
}

function section(title: string, parts: readonly string[]): string {
  return `<section><h3>${escapeText(title)}</h3>\n${parts.join('\n')}</section>`;
}

function reasons({ study }: MainResult['noises'][number]): string {
  const { flow, leading, modified } = study.orders;
  const rows = [
    ['flow', flow.reason],
    ['leading SDE', leading.reason],
    ['modified SDE', modified.reason],
    ['flow, less h·C₁', study.remainder.reason],
  ];
  return `<ul class="reasons">${rows.map(([what, reason]) => `<li><b>${what}:</b> ${escapeText(reason)}</li>`).join('\n')}</ul>`;
}

function figureTag({ name, svg, alternative, caption }: Figure): string {
  const labelled = svg.replace('<svg ', () => `<svg role="img" aria-label="${escapeText(alternative)}" `);
  return `<figure id="${escapeText(name)}">${labelled}<figcaption>${escapeText(caption)}</figcaption></figure>`;
}

function provenance({ options, noises, provenance: { program, version, data, environment } }: MainResult): string {
  const rows: readonly (readonly [string, string])[] = [
    ['program', `${program} ${version}`],
    ['key', options.key],
    ['data', data],
    ['device of the training', `${noises[0].device.name}: ${noises[0].device.description}`],
    ['options', JSON.stringify(options)],
    ['environment', `Node ${environment.node}, ${environment.platform}`],
  ];
  return `<dl>${rows.map(([name, value]) => `<dt>${name}</dt><dd>${escapeText(value)}</dd>`).join('\n')}</dl>`;
}

const STYLE = `
:root { color-scheme: light; }
body { margin: 0; background: #fff; color: #1a1a1a; font: 17px/1.55 Georgia, 'DejaVu Serif', serif; }
main { max-width: 920px; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
h1, h2, h3, table, figcaption, dl, pre { font-family: 'DejaVu Sans', Verdana, sans-serif; }
h1 { font-size: 1.65rem; line-height: 1.25; margin: 0 0 1.2rem; }
h2 { font-size: 1.2rem; margin: 3rem 0 .6rem; padding-top: .8rem; border-top: 1px solid #ccc; }
h3 { font-size: 1rem; margin: 2rem 0 .4rem; }
.verdict { padding: .6rem .9rem; background: #f2f5f8; border-left: 4px solid #0072b2; }
.table { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; font-size: .72rem; line-height: 1.4; font-variant-numeric: tabular-nums; width: 100%; }
caption { text-align: left; font-weight: bold; padding-bottom: .3rem; }
th, td { text-align: right; padding: .22rem .45rem; white-space: nowrap; }
th { border-bottom: 1px solid #1a1a1a; white-space: normal; vertical-align: bottom; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
tbody tr + tr td { border-top: 1px solid #e4e4e4; }
.reasons { font-size: .85rem; padding-left: 1.2rem; }
figure { margin: 1.6rem 0; break-inside: avoid; }
figure svg { display: block; width: 100%; height: auto; }
figcaption { font-size: .8rem; line-height: 1.45; color: #333; margin-top: .3rem; }
dl { display: grid; grid-template-columns: 11rem 1fr; gap: .3rem 1rem; font-size: .8rem; }
dt { color: #555; }
dd { margin: 0; overflow-wrap: anywhere; }
pre { background: #f5f5f5; padding: .7rem .9rem; font-family: 'DejaVu Sans Mono', monospace; font-size: .8rem; white-space: pre-wrap; overflow-wrap: anywhere; }
@media print {
  body { font-size: 10.5pt; }
  main { max-width: none; padding: 0; }
  h2, h3 { break-after: avoid; }
  .table, tr { break-inside: avoid; }
}
`;
