// All that sde-core has, by its name and by its subpaths: for tests that leave nothing out.
export * from 'sde-core';
export * from 'sde-core/data';
export * from 'sde-core/errors';
export * from 'sde-core/execution';
export * from 'sde-core/expression';
export * from 'sde-core/numerics';
export * from 'sde-core/randomness';
export * from 'sde-core/schemes';
export * from 'sde-core/turns';
