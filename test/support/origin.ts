/** Of the service under test, as its configuration says. */
export const origin = 'http://localhost:8787'
