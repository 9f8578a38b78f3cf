import { networkFromJSON, networkToJSON } from 'resnet-bridge';
import { describe, expect, it } from 'vitest';
import { exampleNetwork } from '../example-networks.js';

const network = exampleNetwork({ horizon: 0.7 });
const text = JSON.stringify(networkToJSON(network));

describe('a network file', () => {
  it('gives the network back bit for bit, from text and from the object', () => {
    expect(networkFromJSON(text)).toEqual(network);
    expect(networkFromJSON(JSON.parse(text))).toEqual(network);
  });

  it.each([
    ['truncated', text.slice(0, text.length / 2)],
    ['empty', ''],
    ['no object', '3'],
    ['null', 'null'],
    ['another format', '{"format":"png","version":1}'],
    ['a later version', text.replace('"version":1', '"version":2')],
    ['a layer missing', JSON.stringify({ ...JSON.parse(text), layers: JSON.parse(text).layers.slice(1) })],
    ['layers that are no array', JSON.stringify({ ...JSON.parse(text), layers: 'x' })],
    ['no layers', JSON.stringify({ ...JSON.parse(text), layers: undefined })],
    ['no activation', JSON.stringify({ ...JSON.parse(text), activation: undefined })],
    ['another width', text.replace('"width":4', '"width":5')],
    ['a number that is null', text.replace(/"c":\[[^,]*,/, '"c":[null,')],
    ['a short matrix', text.replace(/"U":\[[^,]*,/, '"U":[')],
    ['a read-out that is no map', JSON.stringify({ ...JSON.parse(text), readOut: 3 })],
  ])('refuses a damaged one: %s', (_, damaged) => {
    expect(() => networkFromJSON(damaged)).toThrowError(expect.objectContaining({ name: 'SdeError', code: 'data' }));
  });
});
