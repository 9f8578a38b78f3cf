import { solveKolmogorov } from 'kolmogorov';
import { crossEntropy, diffusionLimit } from 'resnet-bridge';
import { key } from 'sde-core';
import { describe, expect, it } from 'vitest';
import { type ControlCase, controlCases, controlStudy, controlTable } from '#studies/control/control-study';
import { discretization } from '#studies/control/equation-training';
import { meanOf } from '#studies/control/judgement';
import { picturesOf } from '#studies/control/pictures';
import { strictXml } from '../../strict-xml.js';

/** The study's cases with smaller grids and fewer iterates. */
const small = controlCases().map((one): ControlCase => {
  const inPlane = one.sizes.dimension === 2;
  return {
    ...one,
    grid: inPlane ? { reach: 5, points: 57, substeps: 2 } : one.grid,
    equation: { ...one.equation, iterations: inPlane ? 50 : 80 },
    stages: [
      { epochs: 40, learningRate: 0.01 },
      { epochs: 20, learningRate: 0.001 },
    ],
    samples: 24,
  };
});

describe('training by the control of an equation', () => {
  it.each(small.map((one) => [one.name, one] as const))(
    'reaches the loss of stochastic gradients: %s',
    async (_, one) => {
      const study = await controlStudy(one, { key: key('control') });
      const { difference, judged, equation, task } = study;

      // Both have learned: the loss of guessing is log 2.
      for (const { samples } of [judged.equation, judged.gradients]) {
        expect(meanOf(samples).mean).toBeLessThan(Math.log(2) / 2);
      }
      // By the networks themselves, with the same noise for both, and by their modified equations on a finer grid.
      expect(difference.network.mean).toBeLessThanOrEqual(difference.network.standardError);
      expect(difference.equation.mean).toBeLessThanOrEqual(difference.equation.error);
      expect(study.reached).toBe(true);
      expect(controlTable(study)).toContain('is reached');

      // The objective of the search is what a plain solve of the trained network's limit on the same grid says, and R.
      const { network, problem, outcome } = equation;
      const model = diffusionLimit(network, task.noise, { accuracy: 'modified' });
      const how = discretization(network.dimension, network.depth, one.grid);
      const losses = task.states.flatMap((points, label) => {
        const loss = crossEntropy(
          network.readOut ?? { rows: 0, columns: 0, weight: new Float64Array(0), bias: new Float64Array(0) },
          label,
        );
        const u = solveKolmogorov(
          { model, T: network.horizon, terminal: (x) => loss.value(x) },
          { ...how, keep: 'ends' },
        );
        return points.map((x) => u.at(0, x));
      });
      const squares = outcome.theta.data.reduce((sum, value) => sum + value ** 2, 0) / network.depth;
      const constants = Object.values(outcome.constants).reduce((sum, value) => sum + value ** 2, 0);
      const R = ((problem.regularization ?? 0) / 2) * network.horizon * (squares + constants);
      const mean = losses.reduce((sum, value) => sum + value, 0) / losses.length;
      // The same arithmetic in another order, of formulas that are derived in two ways: rounding, grown over steps and nodes.
      expect(Math.abs(outcome.objective - mean - R)).toBeLessThan(1e-9);

      const pictures = picturesOf(study, one.grid);
      expect(pictures.map(({ name }) => name)).toContain(`control-${one.sizes.dimension}d-theta`);
      for (const { svg } of pictures) {
        strictXml(svg);
        expect(svg).toMatch(/^<svg /);
        expect(svg).not.toContain('NaN');
      }
    },
  );
});
