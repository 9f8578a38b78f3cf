/** The version that provenance records: that of package.json. */
export const VERSION = '0.1.0';
