/** A file as it stands, by the bundler of the tests. */
declare module '*?raw' {
  const text: string
  // biome-ignore lint/style/noDefaultExport: it is what the bundler gives
  export default text
}
