/** A file as it stands, by the bundler of the tests. */
declare module '*?raw' {
  const text: string
  export default text
}
