/** Kept equal to `package.json` by a test. */
export const version = '0.1.0'

/** The oldest of the service's own pages that it still answers. A change that older ones cannot live with raises it. */
export const oldestPages = '0.1.0'
